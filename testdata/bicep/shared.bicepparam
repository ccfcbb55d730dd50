using none

param retention = { days: 60 }
param location = readEnvironmentVariable('REGION', 'northeurope')
