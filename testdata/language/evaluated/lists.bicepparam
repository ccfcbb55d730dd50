using 'lists.bicep'

param dogs = ['Evie', 'Casper', 'Indy', 'Kira']
param numbers = [0, 1, 2, 3]
