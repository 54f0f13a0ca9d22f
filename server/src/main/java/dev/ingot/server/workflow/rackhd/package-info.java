/** RackHD's graphs and tasks, unchanged, as workflows of ours. */
@NullMarked
package dev.ingot.server.workflow.rackhd;

import org.jspecify.annotations.NullMarked;
