package dev.tutti.cli.data;

import dev.tutti.cli.terminal.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `tutti data`: the public data sets.
@Command(
    name = "data",
    description = "Downloads public data sets and shows which are present.",
    subcommands = {DataGet.class, DataList.class},
    synopsisSubcommandLabel = "COMMAND")
public final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw UsageError.commandNeeded(spec);
  }
}
