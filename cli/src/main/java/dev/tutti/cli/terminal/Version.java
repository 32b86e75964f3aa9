package dev.tutti.cli.terminal;

import java.lang.module.ModuleDescriptor;
import picocli.CommandLine.IVersionProvider;

/// The version that the build wrote into the module descriptor.
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"tutti " + text()};
  }

  /// {@return it, or that there is none}
  public static String text() {
    ModuleDescriptor descriptor = Version.class.getModule().getDescriptor();
    return descriptor == null ? "(class path)" : descriptor.rawVersion().orElse("(unversioned)");
  }
}
