using 'asserts.bicep'

param accountName = 'asdgkbauskfabdsfibasdogbnasdognbaosdingoaisdngoisdangoinbdsaoigbsadoibgodsiabgos'
param environment = 'dev'
param region = 'westus'
