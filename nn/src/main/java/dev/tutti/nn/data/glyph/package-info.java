/// [Glyphs]: drawn digits and other characters, a data set that needs no file.
package dev.tutti.nn.data.glyph;
