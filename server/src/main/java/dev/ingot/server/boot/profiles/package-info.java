/** Boot profiles: what they say, the shipped ones, and the scripts that are made of them. */
@NullMarked
package dev.ingot.server.boot.profiles;

import org.jspecify.annotations.NullMarked;
