// `indexOf` folds the case of text, `contains` does not, and neither does in a list.
param word string
param words array

// => 0
output textAtFoo int = indexOf(word, 'foo')
// => 0
output textAtCapitalFoo int = indexOf(word, 'FOO')
// => 3
output textAtBar int = indexOf(word, 'bar')
// => 3
output textAtCapitalBar int = indexOf(word, 'BAR')
// => false
output textHasFoo bool = contains(word, 'foo')
// => true
output textHasCapitalFoo bool = contains(word, 'FOO')
// => false
output textHasBar bool = contains(word, 'bar')
// => true
output textHasCapitalBar bool = contains(word, 'BAR')
// => -1
output listAtFoo int = indexOf(words, 'foo')
// => 0
output listAtCapitalFoo int = indexOf(words, 'FOO')
// => -1
output listAtBar int = indexOf(words, 'bar')
// => 1
output listAtCapitalBar int = indexOf(words, 'BAR')
// => -1
output listAtFalse int = indexOf(words, false)
// => -1
output listAt123 int = indexOf(words, 123)
// => false
output listHasFoo bool = contains(words, 'foo')
// => true
output listHasCapitalFoo bool = contains(words, 'FOO')
// => false
output listHasBar bool = contains(words, 'bar')
// => true
output listHasCapitalBar bool = contains(words, 'BAR')
// => false
output listHasFalse bool = contains(words, false)
// => false
output listHas123 bool = contains(words, 123)
