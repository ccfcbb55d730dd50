//! Where things are: resource ids, the resource group, the subscription, the deployment, the cloud.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource>
//!
//! An id whose subscription nobody has named is text known in parts, so its type and names can still be read from it.

use super::{
    Cloud, Failure, Function, FunctionContext, MANY, Outcome, composed, error, function, text,
};
use crate::source::Span;
use crate::template::TargetScope;
use crate::value::{Object, Property, Residual, Shape, Value, ValueKind};
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    function("deployment", 0, 0, Shape::Object, deployment),
    function("environment", 0, 0, Shape::Object, environment),
    function(
        "extensionResourceId",
        3,
        MANY,
        Shape::String,
        extension_resource_id,
    ),
    function("managementGroup", 0, 0, Shape::Object, management_group),
    function(
        "managementGroupResourceId",
        2,
        MANY,
        Shape::String,
        management_group_resource_id,
    ),
    function("resourceGroup", 0, 0, Shape::Object, resource_group),
    function("resourceId", 2, MANY, Shape::String, resource_id),
    function("subscription", 0, 0, Shape::Object, subscription),
    function(
        "subscriptionResourceId",
        2,
        MANY,
        Shape::String,
        subscription_resource_id,
    ),
    function("tenant", 0, 0, Shape::Object, tenant),
    function(
        "tenantResourceId",
        2,
        MANY,
        Shape::String,
        tenant_resource_id,
    ),
];

fn literal(text: &str, span: Span) -> Value {
    Value::string(text, span)
}

/// `/providers/Microsoft.Storage/storageAccounts/name`: types and names in turn.
fn provider_path(
    context: &FunctionContext<'_>,
    function: &str,
    resource_type: &str,
    names: &[Value],
    parts: &mut Vec<Value>,
) -> Result<(), Failure> {
    // A slash behind the type is taken.
    let mut segments = resource_type.trim_end_matches('/').split('/');
    let namespace = segments.next().unwrap_or_default();
    let types: Vec<_> = segments.collect();
    if types.len() != names.len() {
        return error(format!(
            "`{function}` gets {} names for the {} segments of `{resource_type}`",
            names.len(),
            types.len()
        ));
    }
    let names = undivided(names.to_vec());
    parts.push(literal(&format!("/providers/{namespace}"), context.span));
    for (segment, name) in types.into_iter().zip(names) {
        parts.push(literal(&format!("/{segment}/"), context.span));
        if !name.is_unknown() {
            text(function, &name)?;
        }
        parts.push(name);
    }
    Ok(())
}

/// `split(name, '/')[0]`, `split(name, '/')[1]` and so on, in a row, are the segments of a name: where it shows as many as there are,
/// its unknown parts hold no slash.
pub fn undivided(mut names: Vec<Value>) -> Vec<Value> {
    let mut start = 0;
    while start < names.len() {
        let pieces = run_of_pieces(&names[start..]);
        if let Some(segments) = pieces {
            let end = start + segments.len();
            names.splice(start..end, segments);
            start = end;
        } else {
            start += 1;
        }
    }
    names
}

/// The segments that the first names are the pieces of.
fn run_of_pieces(names: &[Value]) -> Option<Vec<Value>> {
    let (whole, _) = piece(names.first()?)?;
    let segments = whole.split('/');
    let run = names.get(..segments.len())?;
    let is_piece = |(expected, name): (usize, &Value)| {
        piece(name).is_some_and(|(text, position)| {
            position == expected as i64 && text.equals(whole) == Some(true)
        })
    };
    (segments.len() > 1 && run.iter().enumerate().all(is_piece)).then_some(segments)
}

/// Text and position of `split(text, '/')[position]`.
fn piece(name: &Value) -> Option<(&Value, i64)> {
    let Residual::Index(whole, position) = &name.as_unknown()?.residual else {
        return None;
    };
    let Residual::Call {
        function,
        arguments,
        ..
    } = &whole.as_unknown()?.residual
    else {
        return None;
    };
    match arguments.as_slice() {
        [text, separator] if &**function == "split" && separator.as_str() == Some("/") => {
            Some((text, position.as_integer()?))
        }
        _ => None,
    }
}

/// Position of the argument that is a resource type: it has a dot before its first slash.
fn type_position(function: &str, arguments: &[Value]) -> Result<usize, Failure> {
    let is_type = |value: &Value| {
        let text = value.as_str().and_then(|text| text.split_once('/'));
        text.is_some_and(|(namespace, _)| namespace.contains('.') && !namespace.is_empty())
    };
    if let Some(position) = arguments.iter().take(3).position(is_type) {
        return Ok(position);
    }
    if arguments.iter().any(Value::is_unknown) {
        return Err(Failure::Unknown);
    }
    error(format!("`{function}` gets no resource type"))
}

fn subscription_path(context: &FunctionContext<'_>, subscription: &Value) -> Vec<Value> {
    vec![
        literal("/subscriptions/", context.span),
        subscription.clone(),
    ]
}

fn resource_id(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let position = type_position("resourceId", arguments)?;
    let place = context.place;
    let (subscription, group) = match &arguments[..position] {
        [] => (&place.subscription_id, Some(&place.resource_group)),
        [group] if place.target == TargetScope::ResourceGroup => {
            (&place.subscription_id, Some(group))
        }
        [subscription] => (subscription, None),
        [subscription, group, ..] => (subscription, Some(group)),
    };
    let group = group.filter(|_| place.target == TargetScope::ResourceGroup || position == 2);
    let mut parts = match place.target {
        TargetScope::Tenant | TargetScope::ManagementGroup if position == 0 => Vec::new(),
        TargetScope::ResourceGroup
        | TargetScope::Subscription
        | TargetScope::Tenant
        | TargetScope::ManagementGroup => subscription_path(context, subscription),
    };
    if let (Some(group), false) = (group, parts.is_empty()) {
        parts.push(literal("/resourceGroups/", context.span));
        parts.push(group.clone());
    }
    path(context, "resourceId", parts, &arguments[position..])
}

fn path(
    context: &FunctionContext<'_>,
    function: &str,
    mut parts: Vec<Value>,
    type_and_names: &[Value],
) -> Outcome {
    let resource_type = text(function, &type_and_names[0])?;
    // A resource group is a container: its id names no provider.
    if let ([name], true) = (
        &type_and_names[1..],
        resource_type.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups"),
    ) && parts.len() == 2
    {
        parts.push(literal("/resourceGroups/", context.span));
        parts.push(name.clone());
        return textual(context, function, parts);
    }
    provider_path(
        context,
        function,
        resource_type,
        &type_and_names[1..],
        &mut parts,
    )?;
    textual(context, function, parts)
}

fn textual(context: &FunctionContext<'_>, function: &str, parts: Vec<Value>) -> Outcome {
    if let Some(part) = parts
        .iter()
        .find(|part| part.as_str().is_none() && !part.is_unknown())
    {
        return super::wrong(function, part, "strings");
    }
    Ok(Value::text(parts, context.span))
}

fn subscription_resource_id(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let position = type_position("subscriptionResourceId", arguments)?;
    let subscription = if position == 0 {
        &context.place.subscription_id
    } else {
        &arguments[0]
    };
    path(
        context,
        "subscriptionResourceId",
        subscription_path(context, subscription),
        &arguments[position..],
    )
}

fn tenant_resource_id(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    path(context, "tenantResourceId", Vec::new(), arguments)
}

fn management_group_resource_id(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let position = type_position("managementGroupResourceId", arguments)?;
    let group = if position == 0 {
        &context.place.management_group
    } else {
        &arguments[0]
    };
    let start = literal(
        "/providers/Microsoft.Management/managementGroups/",
        context.span,
    );
    path(
        context,
        "managementGroupResourceId",
        vec![start, group.clone()],
        &arguments[position..],
    )
}

fn extension_resource_id(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    if !arguments[0].is_unknown() {
        text("extensionResourceId", &arguments[0])?;
    }
    if arguments[1].is_unknown() {
        return Err(Failure::Unknown);
    }
    path(
        context,
        "extensionResourceId",
        vec![arguments[0].clone()],
        &arguments[1..],
    )
}

/// An object of known properties and others that nobody knows, each of which prints as `function().name`.
struct Known<'a> {
    context: &'a FunctionContext<'a>,
    function: &'static str,
    properties: Vec<Property>,
}

impl<'a> Known<'a> {
    fn new(context: &'a FunctionContext<'a>, function: &'static str) -> Known<'a> {
        Known {
            context,
            function,
            properties: Vec::new(),
        }
    }

    fn with(mut self, key: &str, value: Value) -> Known<'a> {
        self.properties.push(Property {
            key: key.into(),
            key_span: self.context.span,
            value: value.at(self.context.span),
        });
        self
    }

    fn unknown(self, key: &str, shape: Shape) -> Known<'a> {
        let span = self.context.span;
        let whole = Value::unknown_call(
            self.context.place.scope,
            self.function,
            Vec::new(),
            Shape::Object,
            span,
        );
        let value = Value::unknown(Residual::Member(whole, key.into()), shape, span);
        self.with(key, value)
    }

    /// A property of a part of the object, which prints as `function().part.name`.
    fn unknown_within(self, part: &str, key: &str, shape: Shape) -> Known<'a> {
        let span = self.context.span;
        let scope = self.context.place.scope;
        let whole = Value::unknown_call(scope, self.function, Vec::new(), Shape::Object, span);
        let part = Value::unknown(Residual::Member(whole, part.into()), Shape::Object, span);
        let value = Value::unknown(Residual::Member(part, key.into()), shape, span);
        self.with(key, value)
    }

    fn finish(self) -> Value {
        Value::new(
            ValueKind::Object(Arc::new(Object::new(self.properties, false))),
            self.context.span,
        )
    }
}

fn resource_group(context: &FunctionContext<'_>, _: &[Value]) -> Outcome {
    let place = context.place;
    let mut id = subscription_path(context, &place.subscription_id);
    id.push(literal("/resourceGroups/", context.span));
    id.push(place.resource_group.clone());
    let properties = composed_object(context, &[("provisioningState", "Succeeded")]);
    let group = Known::new(context, "resourceGroup")
        .with("id", Value::text(id, context.span))
        .with("name", place.resource_group.clone())
        .with(
            "type",
            literal("Microsoft.Resources/resourceGroups", context.span),
        )
        .with("location", place.location.clone())
        .unknown("tags", Shape::Object)
        .unknown("managedBy", Shape::String)
        .with("properties", properties);
    Ok(group.finish())
}

fn subscription(context: &FunctionContext<'_>, _: &[Value]) -> Outcome {
    let id = subscription_path(context, &context.place.subscription_id);
    let subscription = Known::new(context, "subscription")
        .with("id", Value::text(id, context.span))
        .with("subscriptionId", context.place.subscription_id.clone())
        .with("tenantId", tenant_id(context))
        .unknown("displayName", Shape::String);
    Ok(subscription.finish())
}

fn management_group(context: &FunctionContext<'_>, _: &[Value]) -> Outcome {
    let start = literal(
        "/providers/Microsoft.Management/managementGroups/",
        context.span,
    );
    let id = Value::text(
        vec![start, context.place.management_group.clone()],
        context.span,
    );
    let group = Known::new(context, "managementGroup")
        .with("id", id)
        .with("name", context.place.management_group.clone())
        .with(
            "type",
            literal("Microsoft.Management/managementGroups", context.span),
        )
        .unknown("properties", Shape::Object);
    Ok(group.finish())
}

/// The tenant of every subscription of a deployment is the one it is made in.
fn tenant_id(context: &FunctionContext<'_>) -> Value {
    let span = context.span;
    let whole = Value::unknown_call(0, "tenant", Vec::new(), Shape::Object, span);
    Value::unknown(
        Residual::Member(whole, "tenantId".into()),
        Shape::String,
        span,
    )
}

fn tenant(context: &FunctionContext<'_>, _: &[Value]) -> Outcome {
    let tenant = Known::new(context, "tenant")
        .with("tenantId", tenant_id(context))
        .unknown("displayName", Shape::String)
        .unknown("countryCode", Shape::String);
    Ok(tenant.finish())
}

fn deployment(context: &FunctionContext<'_>, _: &[Value]) -> Outcome {
    let deployment = Known::new(context, "deployment")
        .with("name", context.place.deployment_name.clone())
        .with("location", context.place.location.clone())
        .unknown("properties", Shape::Object);
    Ok(deployment.finish())
}

fn composed_object(context: &FunctionContext<'_>, members: &[(&str, &str)]) -> Value {
    let properties = members.iter().map(|(key, value)| Property {
        key: (*key).into(),
        key_span: context.span,
        value: literal(value, context.span),
    });
    composed(
        context,
        &[],
        ValueKind::Object(Arc::new(Object::new(properties.collect(), false))),
    )
}

/// Endpoints of a cloud; those that are missing here are unknown.
struct Endpoints {
    name: &'static str,
    login: &'static str,
    audiences: &'static [&'static str],
    members: &'static [(&'static str, &'static str)],
    suffixes: &'static [(&'static str, &'static str)],
}

/// As Microsoft's reference of `environment()` shows it.
const PUBLIC: Endpoints = Endpoints {
    name: "AzureCloud",
    login: "https://login.microsoftonline.com/",
    audiences: &[
        "https://management.core.windows.net/",
        "https://management.azure.com/",
    ],
    members: &[
        ("gallery", "https://gallery.azure.com/"),
        ("graph", "https://graph.windows.net/"),
        ("portal", "https://portal.azure.com"),
        ("graphAudience", "https://graph.windows.net/"),
        ("activeDirectoryDataLake", "https://datalake.azure.net/"),
        ("batch", "https://batch.core.windows.net/"),
        ("media", "https://rest.media.azure.net"),
        ("sqlManagement", "https://management.core.windows.net:8443/"),
        (
            "vmImageAliasDoc",
            "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json",
        ),
        ("resourceManager", "https://management.azure.com/"),
    ],
    suffixes: &[
        ("acrLoginServer", ".azurecr.io"),
        (
            "azureDatalakeAnalyticsCatalogAndJob",
            "azuredatalakeanalytics.net",
        ),
        ("azureDatalakeStoreFileSystem", "azuredatalakestore.net"),
        ("azureFrontDoorEndpointSuffix", "azurefd.net"),
        ("keyvaultDns", ".vault.azure.net"),
        ("sqlServerHostname", ".database.windows.net"),
        ("storage", "core.windows.net"),
    ],
};

/// <https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure>, read 2026-08-20.
const US_GOVERNMENT: Endpoints = Endpoints {
    name: "AzureUSGovernment",
    login: "https://login.microsoftonline.us/",
    audiences: &[
        "https://management.core.usgovcloudapi.net/",
        "https://management.usgovcloudapi.net/",
    ],
    members: &[
        ("portal", "https://portal.azure.us"),
        ("resourceManager", "https://management.usgovcloudapi.net/"),
    ],
    suffixes: &[
        ("acrLoginServer", ".azurecr.us"),
        ("keyvaultDns", ".vault.usgovcloudapi.net"),
        ("sqlServerHostname", ".database.usgovcloudapi.net"),
        ("storage", "core.usgovcloudapi.net"),
    ],
};

/// <https://learn.microsoft.com/azure/china/resources-developer-guide>, read 2026-08-20.
const CHINA: Endpoints = Endpoints {
    name: "AzureChinaCloud",
    login: "https://login.chinacloudapi.cn/",
    audiences: &[
        "https://management.core.chinacloudapi.cn/",
        "https://management.chinacloudapi.cn/",
    ],
    members: &[
        ("portal", "https://portal.azure.cn"),
        ("resourceManager", "https://management.chinacloudapi.cn/"),
    ],
    suffixes: &[
        ("acrLoginServer", ".azurecr.cn"),
        ("keyvaultDns", ".vault.azure.cn"),
        ("sqlServerHostname", ".database.chinacloudapi.cn"),
        ("storage", "core.chinacloudapi.cn"),
    ],
};

fn environment(context: &FunctionContext<'_>, _: &[Value]) -> Outcome {
    let endpoints = match context.place.cloud {
        Cloud::Public => &PUBLIC,
        Cloud::UsGovernment => &US_GOVERNMENT,
        Cloud::China => &CHINA,
    };
    let audiences = endpoints
        .audiences
        .iter()
        .map(|audience| literal(audience, context.span))
        .collect();
    let authentication = Known::new(context, "environment")
        .with("loginEndpoint", literal(endpoints.login, context.span))
        .with("audiences", Value::array(audiences, context.span))
        .with("tenant", literal("common", context.span))
        .with("identityProvider", literal("AAD", context.span))
        .finish();
    let mut suffixes = Known::new(context, "environment");
    for (name, _) in PUBLIC.suffixes {
        let own = endpoints.suffixes.iter().find(|(other, _)| other == name);
        suffixes = match own {
            Some((_, suffix)) => suffixes.with(name, literal(suffix, context.span)),
            None => suffixes.unknown_within("suffixes", name, Shape::String),
        };
    }
    let mut environment =
        Known::new(context, "environment").with("name", literal(endpoints.name, context.span));
    for (name, _) in PUBLIC.members {
        let own = endpoints.members.iter().find(|(other, _)| other == name);
        environment = match own {
            Some((_, value)) => environment.with(name, literal(value, context.span)),
            None => environment.unknown(name, Shape::String),
        };
    }
    Ok(environment
        .with("authentication", authentication)
        .with("suffixes", suffixes.finish())
        .finish())
}
