package dev.ingot.server.webhooks;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Reads the beginning of an answer and hangs up on the rest: nobody makes us read without end. */
final class FirstBytes implements BodySubscriber<byte[]> {
  private static final int MOST = 4096;

  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final ByteBuffer read = ByteBuffer.allocate(MOST);
  private @Nullable Subscription subscription;

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      while (buffer.hasRemaining() && read.hasRemaining()) {
        read.put(buffer.get());
      }
      if (buffer.hasRemaining() && subscription != null) {
        subscription.cancel();
        onComplete();
        return;
      }
    }
  }

  @Override
  public void onError(Throwable thrown) {
    body.completeExceptionally(thrown);
  }

  @Override
  public void onComplete() {
    byte[] bytes = new byte[read.position()];
    read.get(0, bytes);
    body.complete(bytes);
  }
}
