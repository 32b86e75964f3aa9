/// Initial values of parameters, PyTorch's `nn.init`.
package dev.tutti.nn.init;
