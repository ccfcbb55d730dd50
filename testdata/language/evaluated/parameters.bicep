// What a parameter file gives: one parameter made of another, and what only the tool that deploys knows.
param one object
param two object
param none string?
param number int
param path string
param combined string
param parsed object
param flag bool
param fromVariable int
param copied object
param nested object

// => "param1"
output first string = one.reference
// => "param2"
output second string = two.reference
// => "not specified"
output nullable string = none ?? 'not specified'
// => 123
output numberOfText int = number
// => "https://example.com?sas=token"
output text string = path
// => "test1_combined_with_test2"
output combinedText string = combined
// => {"key1": "value1", "key2": "value2"}
output parsedText object = parsed
// => false
output boolOfText bool = flag
// => 123
output numberOfVariable int = fromVariable
// => {"foo": "bar", "bar": 123}
output parameterOfParameter object = copied
// => {"foo": "123"}
output inside object = nested
