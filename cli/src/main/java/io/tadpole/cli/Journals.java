package io.tadpole.cli;

import picocli.CommandLine.Command;

/** The commands over one journal. */
@Command(
    name = "journal",
    description = "Look at journals, and replay them.",
    subcommands = {JournalStat.class, JournalDump.class, JournalReplay.class})
final class Journals
{
    /** Creates the command; for picocli. */
    Journals()
    {
    }
}
