module workspace 'workspace.bicep' = {
  name: 'workspace'
  params: { location: 'westeurope' }
}
