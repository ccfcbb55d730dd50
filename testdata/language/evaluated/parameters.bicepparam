using 'parameters.bicep'

// What `externalInput` would give, if someone gave it.
var givenNumber = '123'
var givenObject = '{ "foo": "bar", "bar": 123 }'

param one = { reference: 'param1' }
param two = union(one, { reference: 'param2' })
param number = int(givenNumber)
param path = string('https://example.com?sas=token')
param combined = '${'test1'}_combined_with_${'test2'}'
param parsed = json('{ "key1": "value1", "key2": "value2" }')
param flag = bool('false')
var foo = int(givenNumber)
param fromVariable = foo
var original = json(givenObject)
param copied = original
param nested = { foo: givenNumber }
