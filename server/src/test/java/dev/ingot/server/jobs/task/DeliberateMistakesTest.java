package dev.ingot.server.jobs.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The simulation is worth something: each of these mistakes in the state machine fails it. */
class DeliberateMistakesTest {
  private static final Path SOURCE =
      Path.of("src/main/java/dev/ingot/server/jobs/task/TaskMachine.java");

  private record Mistake(String what, String right, String wrong) {}

  private static final List<Mistake> MISTAKES =
      List.of(
          new Mistake(
              "the acceptance is said to be stored and is not",
              "task.state = TaskState.ACCEPTED;",
              ""),
          new Mistake(
              "what another attempt did counts for this one",
              "return task.attempt == attempt && session",
              "return session"),
          new Mistake(
              "what another process did counts for the one that accepted",
              "return task.attempt == attempt && session.incarnation().equals(task.incarnation);",
              "return task.attempt == attempt;"),
          new Mistake(
              "an acceptance of a former session counts",
              "&& task.attempt == attempt\n        && task.epoch == session.epoch()) {",
              "&& task.attempt == attempt) {"),
          new Mistake(
              "a refusal of a former session counts",
              "&& task.epoch == refused.session().epoch()) {",
              ") {"),
          new Mistake(
              "the end of a former session takes back the offer to the present one",
              "task.state == TaskState.OFFERED && task.epoch == session.epoch()) {\n"
                  + "          taken",
              "task.state == TaskState.OFFERED) {\n          taken"),
          new Mistake(
              "what a new process does not know is offered again",
              "unknownTo(session);\n      return;",
              "task.state = TaskState.PENDING;\n      waitFor(Waiting.TURN, null);\n      return;"),
          new Mistake(
              "an answer after the end is applied",
              "if (known && (task.state == TaskState.ACCEPTED || task.state == TaskState.RUNNING))"
                  + " {",
              "if (known) {"),
          new Mistake(
              "an answer after the end is not kept",
              "task.late = LateAnswer.json(message, now);",
              ""),
          new Mistake(
              "an end is not acknowledged",
              "say.accept(new TaskMessage.FinishedAcknowledged(task.key.job(),"
                  + " message.attempt()));",
              ""),
          new Mistake(
              "a start that another process tells counts",
              "if (task.state == TaskState.ACCEPTED && mine(session, attempt)) {\n"
                  + "          started",
              "if (task.state == TaskState.ACCEPTED) {\n          started"),
          new Mistake(
              "what was cancelled is tried again",
              "&& !rules.over() && task.cancelReason == null) {",
              "&& !rules.over()) {"),
          new Mistake(
              "it is tried once more than allowed",
              "task.attempt <= rules.retries()",
              "task.attempt <= rules.retries() + 1"),
          new Mistake("a former attempt is forgotten", "PastAttempt.add(task);", ""),
          new Mistake(
              "a new attempt begins with the process of the former",
              "task.incarnation = null;",
              ""),
          new Mistake(
              "what runs may run for ever",
              "task.deadline ="
                  + " now.plus(Duration.ofSeconds(task.timeoutSeconds)).plus(rules.grace());",
              "task.deadline = null;"),
          new Mistake(
              "it waits for its node for ever",
              "if (task.state == TaskState.PENDING && task.wait == Waiting.TURN) {\n"
                  + "      waitFor(Waiting.NODE, rules.expiry());",
              "if (task.state == TaskState.PENDING && task.wait == Waiting.TURN) {\n"
                  + "      waitFor(Waiting.NODE, null);"),
          new Mistake(
              "a node is not told that its task is cancelled",
              "until(rules.cancelWait());\n          forget(task.attempt, reason);",
              "until(rules.cancelWait());"),
          new Mistake(
              "a node that comes back is not told that its task was cancelled",
              "if (task.cancelReason != null && held.state() != HeldTask.State.FINISHED) {",
              "if (rules.over()) {"),
          new Mistake(
              "a node that comes back keeps what the server gave up",
              "case SUCCEEDED, FAILED, TIMED_OUT, CANCELLED, LOST, REFUSED -> drop(held);",
              "case SUCCEEDED, FAILED, TIMED_OUT, CANCELLED, LOST, REFUSED -> {}"),
          new Mistake(
              "a node that comes back and waits for its commit is not told",
              "case ACCEPTED -> say.accept(new TaskMessage.AcceptCommitted("
                  + "task.key.job(), task.attempt));",
              "case ACCEPTED -> {}"),
          new Mistake(
              "a hello from the same boot is taken for a reboot",
              "if (rules.reboots() && !session.bootId().equals(task.bootId)) {",
              "if (rules.reboots()) {"));

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> theSimulationFailsWith() throws IOException {
    String source = Files.readString(SOURCE);
    return MISTAKES.stream()
        .map(mistake -> DynamicTest.dynamicTest(mistake.what(), () -> caught(source, mistake)));
  }

  private void caught(String source, Mistake mistake) throws Exception {
    assertThat(source.split(java.util.regex.Pattern.quote(mistake.right()), -1))
        .as("the place stands once in %s: %s", SOURCE, mistake.right())
        .hasSize(2);
    Path out = Files.createTempDirectory(folder, "mistake");
    Path changed = out.resolve("TaskMachine.java");
    Files.writeString(changed, source.replace(mistake.right(), mistake.wrong()));
    compile(changed, out);
    try (URLClassLoader loader = new OwnFirst(out)) {
      Class<?> test = loader.loadClass(TaskSimulationTest.class.getName());
      var constructor = test.getDeclaredConstructor();
      constructor.setAccessible(true);
      var method =
          test.getDeclaredMethod(
              "everyTaskEndsAndNoAttemptRunsTwiceWhateverIsLostRestartedAndCancelled");
      method.setAccessible(true);
      Object simulation = constructor.newInstance();
      Throwable failure = null;
      try {
        method.invoke(simulation);
      } catch (InvocationTargetException e) {
        failure = e.getCause();
      }
      assertThat(failure).as("nobody noticed that " + mistake.what()).isNotNull();
    }
  }

  private static void compile(Path source, Path out) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", out.toString()));
      options.addAll(List.of("-cp", System.getProperty("java.class.path")));
      boolean done =
          compiler
              .getTask(said, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      assertThat(done).as(said.toString()).isTrue();
    }
  }

  /** Loads this package anew, the changed class before the right one. */
  private static final class OwnFirst extends URLClassLoader {
    private static final String PACKAGE = DeliberateMistakesTest.class.getPackageName() + ".";

    OwnFirst(Path changed) throws IOException {
      super(urls(changed), DeliberateMistakesTest.class.getClassLoader());
    }

    private static URL[] urls(Path changed) throws IOException {
      List<URL> urls = new ArrayList<>(List.of(changed.toUri().toURL()));
      for (String part :
          System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
        urls.add(Path.of(part).toUri().toURL());
      }
      return urls.toArray(new URL[0]);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PACKAGE)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }
}
