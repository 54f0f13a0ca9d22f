package dev.ingot.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a broker or the network says, as one line for people. */
public final class Reasons {
  private static final int LONGEST = 300;

  private Reasons() {}

  public static String of(@Nullable Throwable failure) {
    if (failure instanceof PossibleAuthenticationFailureException) {
      return "the broker refuses user or password";
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case ShutdownSignalException signal when said(signal) != null -> {
          return line(String.valueOf(said(signal)));
        }
        case AuthenticationFailureException refused -> {
          return "the broker refuses user or password";
        }
        case UnknownHostException unknown -> {
          return "no such host: " + line(String.valueOf(unknown.getMessage()));
        }
        case ConnectException refused -> {
          return line(String.valueOf(refused.getMessage()));
        }
        case TimeoutException slow -> {
          return "no answer in time";
        }
        default -> {}
      }
    }
    return failure == null ? "no reason given" : line(innermost(failure));
  }

  private static @Nullable String said(ShutdownSignalException signal) {
    return switch (signal.getReason()) {
      case AMQP.Connection.Close close
          when close.getReplyText().contains("Authentication failed") ->
          "the broker refuses user or password";
      case AMQP.Connection.Close close -> close.getReplyCode() + " " + close.getReplyText();
      case AMQP.Channel.Close close -> close.getReplyCode() + " " + close.getReplyText();
      case null, default -> null;
    };
  }

  private static String innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
  }

  /** What others say is shown on one line, and not at any length. */
  public static String line(String text) {
    String plain = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
  }
}
