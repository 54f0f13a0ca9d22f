package dev.ingot.agent.bootstrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes bundles, where the private keys are: not on the server that serves them. */
public final class BundleMaker {
  private BundleMaker() {}

  /** A new pair of keys as text: the public one in the first line, the private one after it. */
  public static List<String> newKey() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    return List.of(
        SignedManifest.text(pair.getPublic()),
        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
  }

  /**
   * Reads files of keys as {@link #newKey} wrote them.
   *
   * @throws IOException naming the file that is none
   */
  public static Map<PublicKey, PrivateKey> keys(List<Path> files) throws IOException {
    Map<PublicKey, PrivateKey> keys = new LinkedHashMap<>();
    for (Path file : files) {
      List<String> lines = Files.readAllLines(file);
      try {
        byte[] encoded = Base64.getDecoder().decode(lines.size() < 2 ? "" : lines.get(1).strip());
        keys.put(
            SignedManifest.key(lines.getFirst()),
            KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
      } catch (GeneralSecurityException | RuntimeException e) {
        throw new IOException(file + " is no file that ingot agent bundle-key made", e);
      }
    }
    return keys;
  }

  /**
   * Makes a bundle in the folder from which a server serves it; what is served changes at one
   * moment.
   *
   * @param jars the class path
   */
  public static Manifest make(
      Path folder,
      List<Path> jars,
      long number,
      String version,
      String main,
      Map<PublicKey, PrivateKey> keys)
      throws IOException, GeneralSecurityException {
    Path files = Files.createDirectories(folder.resolve("files"));
    List<Manifest.Entry> entries = new ArrayList<>();
    for (Path jar : jars) {
      byte[] bytes = Files.readAllBytes(jar);
      String digest = SignedManifest.sha256(bytes);
      entries.add(new Manifest.Entry(digest, bytes.length, "lib/" + jar.getFileName()));
      Path draft = files.resolve("." + digest + ".new");
      Files.write(draft, bytes);
      Files.move(
          draft,
          files.resolve(digest),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
    Manifest manifest = new Manifest(number, version, main, entries);
    Path draft = folder.resolve("bundle.new");
    Files.write(draft, SignedManifest.sign(manifest, keys));
    Files.move(
        draft,
        folder.resolve("bundle"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    return manifest;
  }
}
