param bar string

output foo object = {
  bar: bar
}
