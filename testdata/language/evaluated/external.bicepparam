using 'external.bicep'

param number = int(externalInput('custom.binding', 'input'))
param path = string(externalInput('custom.uriForPath', { path: '/path/to/file' }))
param combined = '${externalInput('custom.binding', '__ONE__')}_combined_with_${externalInput('custom.binding', '__TWO__')}'
param nested = { foo: externalInput('custom.binding', 'input') }
