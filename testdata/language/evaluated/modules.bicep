// What a module gives out, also where a condition chooses among modules.
param first bool

module abc 'modules/given.bicep' = {
  name: 'test'
  params: { bar: 'abc' }
}
module def 'modules/given.bicep' = {
  name: 'test2'
  params: { bar: 'def' }
}

var chosen = first ? abc : def
var chosenTwice = true ? (first ? abc : def) : def

// => "abc"
output ofFirst string = abc.outputs.foo.bar
// => "def"
output ofSecond string = def.outputs.foo.bar
// => "abc"
output ofCondition string = (first ? abc : def).outputs.foo.bar
// => "abc"
output ofVariable string = chosen.outputs.foo.bar
// => "abc"
output ofNestedCondition string = chosenTwice.outputs.foo.bar
