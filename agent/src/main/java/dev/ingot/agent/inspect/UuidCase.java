package dev.ingot.agent.inspect;

/** In which case the system UUID is hashed: kernels changed theirs around Linux 4.17. */
public enum UuidCase {
  /** Upper case, whatever the kernel writes: one id for one chassis. */
  UPPER,
  /** As the kernel writes it: Mercury's ids on the same kernel. */
  AS_READ
}
