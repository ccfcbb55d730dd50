//! Address ranges. <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-cidr>
//!
//! `cidrSubnet('10.144.0.0/20', 24, 1)` is `10.144.1.0/24`.

use super::{
    Function, FunctionContext, Outcome, composed, composed_text, error, function, integer, text,
};
use crate::value::{Object, Property, Shape, Value, ValueKind};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    function("cidrHost", 2, 2, Shape::String, cidr_host),
    function("cidrSubnet", 3, 3, Shape::String, cidr_subnet),
    function("parseCidr", 1, 1, Shape::Object, parse_cidr),
];

fn network(name: &str, value: &Value) -> Result<IpNet, super::Failure> {
    let written = text(name, value)?;
    match written.parse::<IpNet>() {
        Ok(network) => Ok(network.trunc()),
        // Templates that give a bare address do deploy; which range it means is not written down anywhere.
        Err(_) if written.parse::<IpAddr>().is_ok() => Err(super::Failure::Unknown),
        Err(_) => error(format!("`{written}` is no address range")),
    }
}

/// An address and the numbers behind it, of 32 or 128 bits.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn address(number: u128, like: &IpNet) -> IpAddr {
    match like {
        IpNet::V4(_) => IpAddr::V4(Ipv4Addr::from(number as u32)),
        IpNet::V6(_) => IpAddr::V6(Ipv6Addr::from(number)),
    }
}

/// The `index`th aligned block of the new prefix length.
fn cidr_subnet(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let network = network("cidrSubnet", &arguments[0])?;
    let (prefix, index) = (
        integer("cidrSubnet", &arguments[1])?,
        integer("cidrSubnet", &arguments[2])?,
    );
    let (bits, old) = (network.max_prefix_len(), network.prefix_len());
    let new = u8::try_from(prefix)
        .ok()
        .filter(|new| (old..=bits).contains(new));
    let Some(new) = new else {
        return error(format!(
            "a subnet of `{network}` has no prefix of {prefix} bits"
        ));
    };
    let index = u128::try_from(index).ok().filter(|index| {
        let extra = u32::from(new - old);
        extra >= 128 || *index < 1_u128 << extra
    });
    let Some(index) = index else {
        return error(format!("`{network}` has fewer subnets of {new} bits"));
    };
    let start =
        number(network.network()) + index.checked_shl(u32::from(bits - new)).unwrap_or_default();
    composed_text(
        context,
        arguments,
        format!("{}/{new}", address(start, &network)),
    )
}

/// The address `index` + 1 behind the network's, in both families.
fn cidr_host(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let network = network("cidrHost", &arguments[0])?;
    let index = integer("cidrHost", &arguments[1])?;
    let host = u128::try_from(index)
        .ok()
        .and_then(|index| number(network.network()).checked_add(index + 1));
    match host.map(|host| address(host, &network)) {
        Some(host) if network.contains(&host) => {
            composed_text(context, arguments, host.to_string())
        }
        Some(_) | None => error(format!("`{network}` has no host {index}")),
    }
}

fn parse_cidr(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let network = network("parseCidr", &arguments[0])?;
    let (first, last) = (number(network.network()), number(network.broadcast()));
    let hosts = network.prefix_len() + 1 < network.max_prefix_len();
    let (first_usable, last_usable) = match network {
        IpNet::V4(_) if hosts => (first + 1, last - 1),
        IpNet::V4(_) | IpNet::V6(_) => (first, last),
    };
    let mut members = vec![
        ("network", network.network().to_string()),
        ("netmask", network.netmask().to_string()),
    ];
    if matches!(network, IpNet::V4(_)) {
        members.push(("broadcast", network.broadcast().to_string()));
    }
    members.push(("firstUsable", address(first_usable, &network).to_string()));
    members.push(("lastUsable", address(last_usable, &network).to_string()));
    let property = |key: &str, value| Property {
        key: key.into(),
        key_span: context.span,
        value,
    };
    let mut properties: Vec<_> = members
        .into_iter()
        .map(|(key, text)| property(key, Value::string(text, context.span)))
        .collect();
    properties.push(property(
        "cidr",
        Value::integer(i64::from(network.prefix_len()), context.span),
    ));
    Ok(composed(
        context,
        arguments,
        ValueKind::Object(Arc::new(Object::new(properties, false))),
    ))
}
