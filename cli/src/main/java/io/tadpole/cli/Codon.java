package io.tadpole.cli;

import picocli.CommandLine.Command;

/** The commands for those who write in Codon. */
@Command(
    name = "codon",
    description = "Build programs and libraries in Codon that use a ring, and start a kernel of your own.",
    subcommands = {CodonBuild.class, CodonNew.class})
final class Codon
{
    /** Creates the command; for picocli. */
    Codon()
    {
    }
}
