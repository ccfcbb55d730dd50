// The keys of an object are in the order of the alphabet, capitals after small letters.
param shuffled object

// => ["123Key", "456Key", "abcKey", "ABCKey", "defKey", "DEFKey", "ghiKey", "GHIKey"]
output keys array = [for entry in items(shuffled): entry.key]
// => ["123Value", "456Value", "abcValue", "ABCValue", "defValue", "DEFValue", "ghiValue", "GHIValue"]
output values array = [for entry in items(shuffled): entry.value]
