/// The `tutti` command.
module dev.tutti.cli {
  requires transitive dev.tutti.ensembles;
  requires info.picocli;
  requires java.desktop; // PNG images
  requires java.net.http;
  requires jdk.management;
  requires tools.jackson.databind;

  exports dev.tutti.cli.compare; // Method, for methods of other jars

  uses dev.tutti.cli.compare.Method;

  opens dev.tutti.cli to
      info.picocli;
  opens dev.tutti.cli.compare to
      info.picocli,
      tools.jackson.databind;
  opens dev.tutti.cli.data to
      info.picocli,
      tools.jackson.databind;
  opens dev.tutti.cli.terminal to
      info.picocli;
}
