/// A check that the members of an ensemble do not touch each other, for methods of one's own too.
package dev.tutti.ensembles.isolation;
