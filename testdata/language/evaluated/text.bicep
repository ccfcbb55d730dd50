// Text: escapes, holes, several lines, and lists that become text.
var no = false
var number = 12948
var greeting = 'hello!'
var pair = { a: 'b', '!c': 2 }
var mixed = [true, 2893, 'abc']
var raw = '''
these escapes
  are not
  evaluated:
\r\n\t\\\'\${}
'''
var counted = 12345
var letters = ['abc', 'def', 'ghi']

// => "hello!"
output plain string = greeting
// => ">False<>12948<>hello!<>{'a':'b','!c':2}<>[true,2893,'abc']<"
output holes string = '>${no}<>${number}<>${greeting}<>${pair}<>${mixed}<'
// => "\r\n\t\\'${}"
output escapes string = '\r\n\t\\\'\${}'
// => "these escapes\n  are not\n  evaluated:\n\\r\\n\\t\\\\\\'\\${}\n"
output lines string = raw
// => ">12345<\n>$12345<\n"
output holesInLines string = $'''
>${counted}<
>$${counted}<
'''
// => ">${counted}<\n>12345<\n"
output doubledHoles string = $$'''
>${counted}<
>$${counted}<
'''
// => "abcdefghi"
output joined string = join(letters, '')
// => "abc,def,ghi"
output joinedByCommas string = join(letters, ',')
// => "I love Bicep"
output joinedBySpaces string = join(['I', 'love', 'Bicep'], ' ')
