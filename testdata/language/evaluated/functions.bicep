// Functions of one's own: of one another, of variables, of what is known of a resource before it is deployed.
import { greeting, part } from 'modules/greetings.bicep'

param accountName string

resource account 'Microsoft.Storage/storageAccounts@2022-09-01' existing = {
  name: accountName
}
var abc = 'abc'
var accountId = account.id

func joinedBySpaces(values string[]) string => join(values, ' ')
func greet(names string[]) string => 'Hi, ${joinedBySpaces(names)}!'
func replaceAll(text string, replacements object) string => reduce(
  map(items(replacements), entry => { key: entry.key, value: entry.value, replaced: '' }),
  { replaced: text },
  (all, next) => { replaced: replace(all.replaced, next.key, next.value) }
).replaced
func url(secure bool, host string, path string) string => '${secure ? 'https' : 'http'}://${host}${empty(path) ? '' : '/${path}'}'
func hello(name string) string => format(greeting, name)
func baz() string => 'baz'
func withVariable(text string) string => '${abc}-${text}-${baz()}'
func isSame(text string) bool => text == withVariable(abc)
@description('Always the same.')
func foo() string => 'foo'
func idOfVariable() string => accountId
func id() string => account.id
func name() string => account.name
func type() string => account.type
func version() string => account.apiVersion

// => "Hi, Anthony Martin!"
output composed string = greet(['Anthony', 'Martin'])
// => "Hi, Anthony Martin!"
output withLambdas string = replaceAll('Hi, $firstName $lastName!', { '$firstName': 'Anthony', '$lastName': 'Martin' })
// => "https://google.com/search"
output address string = url(true, 'google.com', 'search')
// => "Hello userName!"
output ofImportedVariable string = hello('userName')
// => "Bye userName!"
output ofVariableOfImportedFile string = part('userName')
// => true
output ofVariable bool = isSame('abc-abc-baz')
// => "abc-def-baz"
output ofVariableAndFunction string = withVariable('def')
// => "foo"
output described string = foo()
// => "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/stacct"
output accountIdOfVariable string = idOfVariable()
// => "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/stacct"
output accountIdOfResource string = id()
// => "stacct"
output accountNameOfResource string = name()
// => "Microsoft.Storage/storageAccounts"
output typeOfResource string = type()
// => "2022-09-01"
output versionOfResource string = version()
