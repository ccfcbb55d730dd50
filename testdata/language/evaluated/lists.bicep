// Functions that are given a function: `map`, `filter`, `sort`, `reduce`, `toObject` and the like.
param dogs array
param numbers array

var people = [
  { key: 124, name: 'Second' }
  { key: 298, name: 'Third' }
  { key: 24, name: 'First' }
  { key: 1232, name: 'Fourth' }
]
var inOrder = sort(people, (left, right) => int(left.key) < int(right.key))
var typed = [
  { type: 'a', value: 123 }
  { type: 'b', value: 456 }
  { type: 'a', value: 789 }
]

func isEven(number int) bool => number % 2 == 0

// => ["Hello Evie!", "Hello Casper!", "Hello Indy!", "Hello Kira!"]
output greeted array = map(dogs, dog => 'Hello ${dog}!')
// => [0, 2]
output even array = filter(numbers, number => 0 == number % 2)
// => ["Evie", "Indy"]
output filteredByFiltered array = map(
  filter(numbers, i => contains(filter(numbers, j => 0 == j % 2), i)),
  position => dogs[position]
)
// => [0, 1, 2, 3, 4, 5]
output flat array = flatten([[0, 1], [2, 3], [4, 5]])
// => []
output flatOfNothing array = flatten([])
// => ["Hi abc!", "Hi def!", "Hi ghi!"]
output mapped array = map(['abc', 'def', 'ghi'], text => 'Hi ${text}!')
// => []
output mappedNothing array = map([], text => 'Hi ${text}!')
// => [{"i": 0, "dog": "Evie", "greeting": "Ahoy, Evie!"}, {"i": 1, "dog": "Casper", "greeting": "Ahoy, Casper!"}, {"i": 2, "dog": "Indy", "greeting": "Ahoy, Indy!"}, {"i": 3, "dog": "Kira", "greeting": "Ahoy, Kira!"}]
output mappedToObjects array = map(range(0, length(dogs)), i => {
  i: i
  dog: dogs[i]
  greeting: 'Ahoy, ${dogs[i]}!'
})
// => [2, 3, 4, 5, 6, 7]
output mappedToLists array = flatten(map(range(1, 3), i => [i * 2, (i * 2) + 1]))
// => [3, 4, 5, 6, 7, 8, 9, 10, 11]
output mappedToLongLists array = flatten(map(range(1, 3), i => [
  i * 3
  (i * 3) + 1
  (i * 3) + 2
]))
// => ["def"]
output filtered array = filter(['abc', 'def', 'ghi'], text => 'def' == text)
// => []
output filteredNothing array = filter([], text => 'def' == text)
// => [-13, 3, 5, 8, 10]
output sortedNumbers array = sort([8, 3, 10, -13, 5], (left, right) => left < right)
// => ["abc", "def", "ghi"]
output sortedText array = sort(['ghi', 'abc', 'def'], (left, right) => left < right)
// => ["ghi", "def", "abc"]
output sortedBackwards array = sort(['ghi', 'abc', 'def'], (left, right) => left > right)
// => [{"key": 24, "name": "First"}, {"key": 124, "name": "Second"}, {"key": 298, "name": "Third"}, {"key": 1232, "name": "Fourth"}]
output sortedByKey array = inOrder
// => []
output sortedNothing array = sort([], (left, right) => int(left) < int(right))
// => "abcdefghi"
output reducedToText string = reduce(['abc', 'def', 'ghi'], '', (all, next) => concat(all, next))
// => 120
output factorial int = reduce(range(1, 5), 1, (all, next) => all * next)
// => {"foo": 123, "bar": 456, "baz": 789}
output reducedToUnion object = reduce([{ foo: 123 }, { bar: 456 }, { baz: 789 }], {}, (all, next) => union(all, next))
// => 0
output reducedNothing int = reduce([], 0, (all, next) => all)
// => {"1": 123, "4": 456, "7": 789}
output byHundreds object = toObject([123, 456, 789], number => '${number / 100}')
// => {"0": {"isEven": true, "isGreaterThan2": false}, "1": {"isEven": false, "isGreaterThan2": false}, "2": {"isEven": true, "isGreaterThan2": false}, "3": {"isEven": false, "isGreaterThan2": true}}
output described object = toObject(numbers, number => '${number}', number => {
  isEven: (number % 2) == 0
  isGreaterThan2: (number > 2)
})
// => {"First": {"key": 24, "name": "First"}, "Second": {"key": 124, "name": "Second"}, "Third": {"key": 298, "name": "Third"}, "Fourth": {"key": 1232, "name": "Fourth"}}
output byName object = toObject(inOrder, person => person.name)

// => ["Hi Evie!", "Ahoy Casper!", "Hi Lady Lechuga!"]
output mappedByPosition string[] = map(['Evie', 'Casper', 'Lady Lechuga'], (dog, i) => '${isEven(i) ? 'Hi' : 'Ahoy'} ${dog}!')
// => ["a", "c"]
output filteredByPosition string[] = filter(['a', 'b', 'c', 'd'], (letter, i) => isEven(i))
// => "abcghi"
output reducedByPosition string = reduce(['abc', 'def', 'ghi'], '', (all, next, i) => isEven(i) ? concat(all, next) : all)
// => {"a": 246, "b": 912}
output doubled object = mapValues({ a: 123, b: 456 }, value => value * 2)
// => ["a", "b"]
output keys string[] = objectKeys({ a: 123, b: 456 })
// => {"a": 123, "b": 456}
output merged object = shallowMerge([{ a: 123 }, { b: 456 }])
// => {"a": [{"type": "a", "value": 123}, {"type": "a", "value": 789}], "b": [{"type": "b", "value": 456}]}
output grouped object = groupBy(typed, entry => entry.type)
// => {"a": [123, 789], "b": [456]}
output groupedValues object = groupBy(typed, entry => entry.type, entry => entry.value)

// => [[[[["Hello abc"]]]], [[[["Hello def"]]]]]
output nested array = map(
  ['abc', 'def'],
  a => map(split(a, ','), b => map(split(b, ','), c => map(split(c, ','), d => map(split(d, ','), e => 'Hello ${e}'))))
)
