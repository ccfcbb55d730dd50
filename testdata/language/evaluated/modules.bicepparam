using 'modules.bicep'

param first = true
