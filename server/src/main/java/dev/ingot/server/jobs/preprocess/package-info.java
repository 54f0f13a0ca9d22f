/** The extension point for preprocessors: from a node and an instruction to a task's arguments. */
@NullMarked
package dev.ingot.server.jobs.preprocess;

import org.jspecify.annotations.NullMarked;
