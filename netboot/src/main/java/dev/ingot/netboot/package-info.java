/**
 * What booting firmware speaks: codecs and servers. They ask a port what to answer and know no
 * database.
 */
@NullMarked
package dev.ingot.netboot;

import org.jspecify.annotations.NullMarked;
