using 'functions.bicep'

param accountName = 'stacct'
