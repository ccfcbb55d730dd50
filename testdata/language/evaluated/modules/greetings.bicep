@export()
var greeting = 'Hello {0}!'

var closing = 'Bye'

@export()
func part(name string) string => '${closing} ${name}!'
