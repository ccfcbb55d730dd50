// What only the tool that deploys knows stays the expression that asks for it.
param number int
param path string
param combined string
param nested object

// => "[int(externalInput('custom.binding', 'input'))]"
output numberOfText int = number
// => "[string(externalInput('custom.uriForPath', createObject('path', '/path/to/file')))]"
output text string = path
// => "[concat(externalInput('custom.binding', '__ONE__'), '_combined_with_', externalInput('custom.binding', '__TWO__'))]"
output combinedText string = combined
// => {"foo": "[externalInput('custom.binding', 'input')]"}
output inside object = nested
