using 'finding.bicep'

param word = 'FOOBAR'
param words = ['FOO', 'BAR']
