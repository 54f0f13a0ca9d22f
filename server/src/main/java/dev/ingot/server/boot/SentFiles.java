package dev.ingot.server.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.http.content.ResourceHttpContentFactory;
import org.eclipse.jetty.http.content.ValidatingCachingHttpContentFactory;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.IteratingNestedCallback;
import org.eclipse.jetty.util.resource.Resource;

/**
 * Files of a folder, with ranges and tags. Short ones are kept in memory. A long one goes to a
 * network card as the kernel has it (see {@link SendingConnector}). To a reader within this machine
 * it is copied once: the reader finds the copy in the processor's cache, and has it a fourth sooner
 * than from pages that are not there.
 */
final class SentFiles extends ResourceHandler {
  private static final int LONGEST_KEPT = 256 << 10;
  private static final int MOST_KEPT = 16 << 20;
  private static final int SECOND = 1000;

  private final MappedFile.Shared mapped = new MappedFile.Shared();

  SentFiles(Resource folder) {
    setBaseResource(folder);
    setDirAllowed(false);
    setAcceptRanges(true);
    setEtags(true);
  }

  @Override
  protected HttpContent.Factory newHttpContentFactory(ByteBufferPool.Sized buffers) {
    ValidatingCachingHttpContentFactory kept =
        new ValidatingCachingHttpContentFactory(
            new ResourceHttpContentFactory(getBaseResource(), getMimeTypes(), buffers),
            SECOND,
            buffers);
    kept.setMaxCachedFileSize(LONGEST_KEPT);
    kept.setMaxCacheSize(MOST_KEPT);
    return path -> {
      HttpContent content = kept.getContent(path);
      return content == null || content.getContentLengthValue() <= LONGEST_KEPT
          ? content
          : new LongFile(content);
    };
  }

  private final class LongFile extends HttpContent.Wrapper {
    private LongFile(HttpContent content) {
      super(content);
    }

    @Override
    public void writeTo(Content.Sink sink, long offset, long length, Callback callback) {
      try {
        Path path = Objects.requireNonNull(getResource().getPath());
        long whole = getContentLengthValue();
        MappedFile file = mapped.get(path, whole, getLastModifiedInstant());
        long end = length < 0 ? whole : offset + length;
        if (sink instanceof Response response
            && response.getRequest().getConnectionMetaData().getConnection().getEndPoint()
                instanceof SendingConnector.OnCard card) {
          FileChannel channel = FileChannel.open(path);
          Callback close = Callback.from(callback, () -> IO.close(channel));
          send(sink, file, offset, end, close, (at, bytes) -> card.sends(channel, at, bytes));
        } else {
          send(sink, file, offset, end, callback, (at, bytes) -> {});
        }
      } catch (IOException gone) {
        callback.failed(gone);
      }
    }
  }

  private interface Announced {
    /** What is written next: the file's bytes from there on. */
    void next(long position, ByteBuffer bytes);
  }

  private static void send(
      Content.Sink sink,
      MappedFile file,
      long begin,
      long end,
      Callback callback,
      Announced announced) {
    new IteratingNestedCallback(callback) {
      private long next = begin;

      @Override
      protected Action process() {
        if (next == end) {
          return Action.SUCCEEDED;
        }
        ByteBuffer bytes = file.from(next, end);
        announced.next(next, bytes);
        next += bytes.remaining();
        sink.write(next == end, bytes, this);
        return Action.SCHEDULED;
      }
    }.iterate();
  }
}
