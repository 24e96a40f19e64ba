package io.tadpole.cli;

import picocli.CommandLine.Command;

/** The commands over one channel of shared memory. */
@Command(
    name = "ring",
    description = "Create, look at and clear up rings in shared memory.",
    subcommands = {RingCreate.class, RingStat.class, RingEvict.class, RingRemove.class})
final class Rings
{
    /** Creates the command; for picocli. */
    Rings()
    {
    }
}
