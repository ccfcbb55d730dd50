using 'main.bicep'

param location = 'westeurope'
param withCluster = false
