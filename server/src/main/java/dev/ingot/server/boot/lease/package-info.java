/**
 * Addresses for machines: which one a machine gets, and the leases, which are in the database
 * before anybody hears of them. Knows networks by name and nothing of booting.
 */
@NullMarked
package dev.ingot.server.boot.lease;

import org.jspecify.annotations.NullMarked;
