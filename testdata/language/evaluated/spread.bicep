// What is spread into an object or a list.
var other = { bar: [1, ...[2, 3], 4] }
var enabled = { enabled: true }
var looped = [for text in ['one', 'two']: text]
var values = { values: looped }

// => {"foo": "foo", "bar": [1, 2, 3, 4], "baz": "baz"}
output between object = { foo: 'foo', ...other, baz: 'baz' }
// => {"enabled": true, "settings": {"values": [{"name": "one"}, {"name": "two"}]}}
output besideLambda object = {
  ...enabled
  settings: {
    values: map(['one', 'two'], text => { name: text })
  }
}
// => {"values": ["one", "two"], "enabled": true}
output ofLoop object = { ...values, enabled: true }
// => {"a": 1, "b": 0, "c": 0}
output overridden object = { a: 0, ...{ a: 1, b: 0 }, c: 0 }
// => ["ABC"]
output nameOfOverridden array = objectKeys({ ABC: 0, ...{ aBC: 1 } })
// => {"ABC": 1}
output overriddenInOtherCase object = { ABC: 0, ...{ aBC: 1 } }
// => {"foo": null}
output overriddenByNull object = { foo: 'bar', ...{ foo: null } }
