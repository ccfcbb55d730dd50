// Of three assertions the first does not hold: 81 letters are not fewer than 24.
param accountName string
param environment string
param region string

var longest = 24

assert short = length(accountName) < longest
assert american = contains(region, 'us')
assert development = environment == 'dev'

// => false
output shortHolds bool = length(accountName) < longest
// => true
output americanHolds bool = contains(region, 'us')
// => true
output developmentHolds bool = environment == 'dev'
