using 'ids.bicep'

param outer = 'myParent'
param inner = 'myChild'
