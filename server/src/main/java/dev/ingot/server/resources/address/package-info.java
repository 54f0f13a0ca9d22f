/** Networks, pools of addresses and what is seen in use. */
@NullMarked
package dev.ingot.server.resources.address;

import org.jspecify.annotations.NullMarked;
