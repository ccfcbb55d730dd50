// Conditions inside of functions and loops.
param flags object

var records = [
  { stage: 'test', count: 1 }
  { stage: 'dev', count: 2 }
  { stage: 'test', count: 0 }
  { stage: 'prod', count: 1 }
  { stage: 'prod', count: 0 }
  { stage: 'dev', count: 0 }
  { stage: 'test', count: 0 }
]
var dogs = [
  { name: 'Evie', age: 5, interests: ['Ball', 'Frisbee'] }
  { name: 'Casper', age: 3, interests: ['Other dogs'] }
  { name: 'Indy', age: 2, interests: ['Butter'] }
  { name: 'Kira', age: 8, interests: ['Rubs'] }
]

// => [{"result": "test"}, {"result": "dev"}, {"result": "test!"}, {"result": "prod"}, {"result": "notTest!"}, {"result": "notTest!"}, {"result": "test!"}]
output inMap array = map(records, record => {
  result: record.count > 0 ? record.stage : record.stage =~ 'test' ? 'test!' : 'notTest!'
})
// => [{"result": "test"}, {"result": "dev"}, {"result": "test!"}, {"result": "prod"}, {"result": "notTest!"}, {"result": "notTest!"}, {"result": "test!"}]
output inLoop array = [for record in records: {
  result: record.count > 0 ? record.stage : record.stage =~ 'test' ? 'test!' : 'notTest!'
}]
// => [["no"], ["no"]]
output never array = map(items(flags), flag => 1 == 2 ? ['yes'] : ['no'])
// => [["yes"], ["no"]]
output byKey array = map(items(flags), flag => flag.key == 'a' ? ['yes'] : ['no'])
// => [{"name": "Evie", "age": 5, "interests": ["Ball", "Frisbee"]}, {"name": "Casper", "age": 3, "interests": ["Other dogs"]}, {"name": "Kira", "age": 8, "interests": ["Rubs"]}]
output either array = filter(dogs, dog => (contains(dog.name, 'C') || contains(dog.name, 'i')))
