@export()
@description('How long deleted data is kept.')
type retentionType = {
  @minValue(7)
  @maxValue(365)
  days: int
}

@export()
var prefix = 'stprod'
