/// Searching for hyper-parameters with an ensemble whose members differ in them: all are stepped as
/// one program. [Space] draws the values, [dev.tutti.nn.fit.Recipe#together] makes one recipe of
/// all, [dev.tutti.nn.fit.Halving] stops the worst on the way.
package dev.tutti.ensembles.search;
