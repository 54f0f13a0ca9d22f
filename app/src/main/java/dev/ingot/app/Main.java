package dev.ingot.app;

/** The program: finds what the first word asks for and does it. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      System.out.println("ingot " + Version.text());
    }
  }
}
