// Numbers, one made of the other, and comparisons of them.
var two = 1 + 3
var scaled = two * 5
var rest = scaled % 7
var part = rest / 11

// => 4
output added int = two
// => 20
output multiplied int = scaled
// => 6
output remainder int = rest
// => 0
output divided int = part
// => -13
output subtracted int = part - 13

// => true
output less bool = 123 < 456
// => true
output lessOrEqual bool = 123 <= 456
// => false
output greater bool = 123 > 456
// => false
output greaterOrEqual bool = 123 >= 456
// => false
output equal bool = 123 == 456
// => false
output negated bool = !true
// => false
output both bool = true && false
// => true
output either bool = true || false
// => 123
output firstThere int = null ?? 123
