using none
param a = [
  1, 2
  { b: null, c: true }
]
