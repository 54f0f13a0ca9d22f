/** PostgreSQL: embedded or external, pools, migrations, queue, budgets, backup. */
@NullMarked
package dev.ingot.server.store;

import org.jspecify.annotations.NullMarked;
