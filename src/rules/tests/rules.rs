//! Rules as they will be written, each firing, silent and unknown.

use crate::rules::fixture::check;

/// A template with parameters nobody gave.
fn with(resources: &[&str]) -> String {
    format!(
        r#"{{ "parameters": {{ "p": {{ "type": "string" }}, "n": {{ "type": "int" }}, "flag": {{ "type": "bool" }}, "list": {{ "type": "array" }} }}, "resources": [ {} ] }}"#,
        resources.join(", ")
    )
}

/// A resource with its body's text.
fn resource(resource_type: &str, name: &str, rest: &str) -> String {
    format!(
        r#"{{ "type": "{resource_type}", "apiVersion": "2024-05-01", "name": "{name}", {rest} }}"#
    )
}

const STORAGE: &str = "Microsoft.Storage/storageAccounts";
const WORKSPACE: &str = "Microsoft.MachineLearningServices/workspaces";

fn workspace(name: &str, location: &str, storage: &str) -> String {
    resource(
        WORKSPACE,
        name,
        &format!(
            r#""location": "{location}", "properties": {{ "storageAccount": "[resourceId('{STORAGE}', '{storage}')]" }}"#
        ),
    )
}

fn storage(name: &str, sku: &str) -> String {
    resource(
        STORAGE,
        name,
        &format!(r#""kind": "StorageV2", "location": "eastus", "sku": {{ "name": "{sku}" }}"#),
    )
}

#[test]
fn storage_zone_redundancy() {
    let rule = r#"
name: storage-zone-redundancy
resource: Microsoft.Storage/storageAccounts
withoutWorkspace: lower
when: { path: $.extendedLocation, exists: false }
assume: { path: $.location, region: hasZones }
cases:
  - { forbid: { path: $.sku.name, in: storage-sku-one-datacenter }, message: "{subject} keeps all copies in one datacenter" }
  - when: { role: default-storage }
    forbid: { path: $.sku.name, in: storage-sku-geo-one-datacenter }
    message: "{subject} has a copy in another region, but its primary copies share one datacenter"
  - { severity: info, forbid: { path: $.sku.name, in: storage-sku-geo-one-datacenter }, message: "{subject} is durable across regions but not zone redundant" }
"#;
    check(rule, &with(&[&storage("sa", "Standard_ZRS")]), &[]);
    check(
        rule,
        &with(&[&storage("sa", "Standard_LRS")]),
        &[
            r#"sa: warning at "Standard_LRS": storage account `sa` keeps all copies in one datacenter"#,
        ],
    );
    check(
        rule,
        &with(&[&storage("sa", "Standard_GRS")]),
        &[
            r#"sa: info at "Standard_GRS": storage account `sa` is durable across regions but not zone redundant"#,
        ],
    );
    check(
        rule,
        &with(&[
            &storage("sa", "Standard_GRS"),
            &workspace("mlw", "eastus", "sa"),
        ]),
        &[
            r#"sa: warning at "Standard_GRS": default storage `sa` of workspace `mlw` has a copy in another region, but its primary copies share one datacenter | "[resourceId('Microsoft.Storage/storageAccounts', 'sa')]" (workspace `mlw` refers to it)"#,
        ],
    );
    check(
        rule,
        &with(&[&storage("sa", "[parameters('p')]")]),
        &[r#"sa: unknown at "p": `[parameters('p')]` is not known before deployment"#],
    );
}

#[test]
fn storage_blob_soft_delete() {
    let rule = r#"
resource: Microsoft.Storage/storageAccounts
parameters: { min-days: { type: int, default: 7 } }
when: { path: $.kind, notEquals: FileStorage }
require:
  any: { children: blobServices }
  where: [{ path: .properties.deleteRetentionPolicy.enabled, default: false, equals: true }, { path: .properties.deleteRetentionPolicy.days, default: 0, greaterOrEquals: { parameter: min-days } }]
cases: [{ when: { role: default-storage }, severity: warning }, { severity: info }]
message: a deleted blob of {subject} is gone at once
"#;
    let service = |policy: &str| {
        resource(
            "Microsoft.Storage/storageAccounts/blobServices",
            "sa/default",
            &format!(r#""properties": {{ "deleteRetentionPolicy": {policy} }}"#),
        )
    };
    let account = storage("sa", "Standard_LRS");
    check(
        rule,
        &with(&[&account]),
        &[
            r#"sa: info at "Microsoft.Storage/storageAccounts": a deleted blob of storage account `sa` is gone at once"#,
        ],
    );
    check(
        rule,
        &with(&[&account, &service(r#"{ "enabled": true, "days": 3 }"#)]),
        &[
            r#"sa: info at "Microsoft.Storage/storageAccounts": a deleted blob of storage account `sa` is gone at once | 3 (3)"#,
        ],
    );
    check(
        rule,
        &with(&[&account, &service(r#"{ "enabled": true, "days": 14 }"#)]),
        &[],
    );
    check(
        rule,
        &with(&[
            &account,
            &service(r#"{ "enabled": "[parameters('flag')]", "days": 14 }"#),
        ]),
        &[r#"sa: unknown at "flag": `[parameters('flag')]` is not known before deployment"#],
    );
}

#[test]
fn workspace_default_storage_shared() {
    let rule = r#"
resource: Microsoft.Storage/storageAccounts
cases:
  - severity: warning
    forbid: { count: { linkedFrom: default-storage }, distinct: .location, greater: 1 }
    message: "workspaces in {values} share {subject}: losing its region stops all of them"
  - { severity: info, forbid: { count: { linkedFrom: default-storage }, greater: 1 }, message: "{number} workspaces share {subject} as their default storage" }
"#;
    let account = storage("sa", "Standard_LRS");
    let id = r#""[resourceId('Microsoft.Storage/storageAccounts', 'sa')]""#;
    check(
        rule,
        &with(&[&account, &workspace("a", "eastus", "sa")]),
        &[],
    );
    check(
        rule,
        &with(&[
            &account,
            &workspace("a", "eastus", "sa"),
            &workspace("b", "East US", "sa"),
        ]),
        &[&format!(
            "sa: info at {id} (workspace `a` refers to it): 2 workspaces share storage account `sa` as their default storage | {id} (workspace `b` refers to it)"
        )],
    );
    check(
        rule,
        &with(&[
            &account,
            &workspace("a", "eastus", "sa"),
            &workspace("b", "westus", "sa"),
        ]),
        &[&format!(
            "sa: warning at {id} (workspace `a` refers to it): workspaces in eastus and westus share storage account `sa`: losing its region stops all of them | {id} (workspace `b` refers to it)"
        )],
    );
    check(
        rule,
        &with(&[
            &account,
            &workspace("a", "[parameters('p')]", "sa"),
            &workspace("b", "westus", "sa"),
        ]),
        &[&format!(
            "sa: info at {id} (workspace `a` refers to it): 2 workspaces share storage account `sa` as their default storage | {id} (workspace `b` refers to it)"
        )],
    );
}

#[test]
fn workspace_single_region() {
    let rule = r#"
severity: info
resource: Microsoft.MachineLearningServices/workspaces
together: { say: the workspaces of this run }
when: { path: $.kind, default: Default, notEquals: Project }
require: { count: group, distinct: .location, greaterOrEquals: 2 }
message: every workspace is in {values}; a lost region takes all of them
"#;
    check(
        rule,
        &with(&[
            &workspace("a", "eastus", "x"),
            &workspace("b", "East US", "y"),
        ]),
        &[
            r#"a: info at "eastus": every workspace is in eastus; a lost region takes all of them | "East US" (East US)"#,
        ],
    );
    check(
        rule,
        &with(&[
            &workspace("a", "eastus", "x"),
            &workspace("b", "westus", "y"),
        ]),
        &[],
    );
    check(
        rule,
        &with(&[
            &workspace("a", "[resourceGroup().location]", "x"),
            &workspace("b", "[resourceGroup().location]", "y"),
        ]),
        &[
            r#"a: info at "[resourceGroup().location]" ([resourceGroup().location]): every workspace is in [resourceGroup().location]; a lost region takes all of them | "[resourceGroup().location]" ([resourceGroup().location])"#,
        ],
    );
    check(
        rule,
        &with(&[
            &workspace("a", "[parameters('p')]", "x"),
            &workspace("b", "westus", "y"),
        ]),
        &[r#"a: unknown at "p": `[parameters('p')]` is not known before deployment"#],
    );
}

#[test]
fn workspace_dependency_region() {
    let rule = r#"
resource: Microsoft.MachineLearningServices/workspaces
each: { links: [default-storage, workspace-vault, workspace-registry, workspace-insights] }
require: { anyOf: [{ path: .location, equals: { path: $.location } }, { any: { children: replications }, where: { path: .location, equals: { path: $.location } } }] }
cases: [{ when: { path: .type, equals: Microsoft.Storage/storageAccounts }, severity: warning }, { severity: info }]
message: workspace `{name}` is in {location}, its {item.type} `{item.name}` in {.location}
"#;
    let registry = resource(
        "Microsoft.ContainerRegistry/registries",
        "cr",
        r#""location": "eastus""#,
    );
    let replica = resource(
        "Microsoft.ContainerRegistry/registries/replications",
        "cr/west",
        r#""location": "westus""#,
    );
    let user = resource(
        WORKSPACE,
        "mlw",
        r#""location": "westus", "properties": { "containerRegistry": "[resourceId('Microsoft.ContainerRegistry/registries', 'cr')]" }"#,
    );
    check(
        rule,
        &with(&[
            &storage("sa", "Standard_LRS"),
            &workspace("mlw", "westus", "sa"),
        ]),
        &[
            r#"mlw: warning at "eastus": workspace `mlw` is in westus, its Microsoft.Storage/storageAccounts `sa` in eastus | "westus" (westus) | "Microsoft.Storage/storageAccounts""#,
        ],
    );
    check(rule, &with(&[&registry, &replica, &user]), &[]);
    check(
        rule,
        &with(&[&registry, &user]),
        &[
            r#"mlw: info at "eastus": workspace `mlw` is in westus, its Microsoft.ContainerRegistry/registries `cr` in eastus | "westus" (westus) | "Microsoft.ContainerRegistry/registries""#,
        ],
    );
    check(
        rule,
        &with(&[&workspace("mlw", "westus", "elsewhere")]),
        &[
            r#"mlw: unknown at "[resourceId('Microsoft.Storage/storageAccounts', 'elsewhere')]": refers to a resource outside this run"#,
        ],
    );
}

#[test]
fn acr_replica_misses_workspace_region() {
    let rule = r#"
resource: Microsoft.ContainerRegistry/registries
when: { count: { linkedFrom: workspace-registry }, distinct: .location, greaterOrEquals: 2 }
each: { linkedFrom: workspace-registry }
require: { anyOf: [{ path: .location, equals: { path: $.location } }, { any: { children: replications }, of: resource, where: { path: .location, equals: { path: .location, of: outer } } }] }
message: workspace `{item.name}` in {.location} pulls from registry `{name}`, which has no replica there
"#;
    let registry = resource(
        "Microsoft.ContainerRegistry/registries",
        "cr",
        r#""location": "eastus""#,
    );
    let user = |name: &str, location: &str| {
        let rest = format!(
            r#""location": "{location}", "properties": {{ "containerRegistry": "[resourceId('Microsoft.ContainerRegistry/registries', 'cr')]" }}"#
        );
        resource(WORKSPACE, name, &rest)
    };
    let replica = resource(
        "Microsoft.ContainerRegistry/registries/replications",
        "cr/west",
        r#""location": "West US""#,
    );
    check(rule, &with(&[&registry, &user("a", "westus")]), &[]);
    check(
        rule,
        &with(&[
            &registry,
            &user("a", "eastus"),
            &user("b", "westus"),
            &replica,
        ]),
        &[],
    );
    check(
        rule,
        &with(&[&registry, &user("a", "eastus"), &user("b", "westus")]),
        &[
            r#"cr: warning at "westus": workspace `b` in westus pulls from registry `cr`, which has no replica there | "eastus" (eastus) | "Microsoft.ContainerRegistry/registries" | "[resourceId('Microsoft.ContainerRegistry/registries', 'cr')]" (workspace `a` refers to it) | "[resourceId('Microsoft.ContainerRegistry/registries', 'cr')]" (workspace `b` refers to it)"#,
        ],
    );
}

#[test]
fn aks_pools() {
    let zones = r#"
resource: Microsoft.ContainerService/managedClusters/agentPools
assume: { path: $.location, of: parent, region: hasZones }
require: { count: "$.properties.availabilityZones[*]", distinct: ., greaterOrEquals: 2 }
message: node pool `{name}` of cluster `{parent.name}` spans {number} zones
"#;
    let nodes = r#"
resource: Microsoft.ContainerService/managedClusters
parameters: { min-nodes: { type: int, default: 3 } }
require: { sum: { children: agentPools }, where: { path: .properties.mode, default: User, equals: System }, value: { alias: nodes }, greaterOrEquals: { parameter: min-nodes } }
message: system pools of cluster `{name}` have {number} nodes at the least; {limit} survive the loss of one
"#;
    let cluster = |pools: &str| {
        with(&[&resource(
            "Microsoft.ContainerService/managedClusters",
            "aks",
            &format!(r#""location": "eastus", "properties": {{ "agentPoolProfiles": {pools} }}"#),
        )])
    };
    let small = cluster(
        r#"[ { "name": "sys", "mode": "System", "count": 2, "availabilityZones": ["1", "2", "3"] }, { "name": "work", "count": 9, "availabilityZones": ["1"] }, { "name": "none" } ]"#,
    );
    check(
        zones,
        &small,
        &[
            r#"work: warning at "1": node pool `work` of cluster `aks` spans 1 zones"#,
            "none: warning at { (no `availabilityZones`): node pool `none` of cluster `aks` spans 0 zones",
        ],
    );
    check(
        nodes,
        &small,
        &[
            "aks: warning at 2: system pools of cluster `aks` have 2 nodes at the least; 3 survive the loss of one",
        ],
    );
    let scaling = r#"{ "name": "sys", "mode": "System", "enableAutoScaling": true, "count": 9, "minCount": 1 }"#;
    check(
        nodes,
        &cluster(&format!("[ {scaling} ]")),
        &[
            "aks: warning at 1: system pools of cluster `aks` have 1 nodes at the least; 3 survive the loss of one",
        ],
    );
    check(
        nodes,
        &cluster(&format!(
            r#"[ {scaling}, {{ "name": "two", "mode": "System", "count": "[parameters('n')]" }} ]"#
        )),
        &[r#"aks: unknown at "n": `[parameters('n')]` is not known before deployment"#],
    );
    check(
        nodes,
        &cluster(r#"[ { "name": "sys", "mode": "System", "count": 3 } ]"#),
        &[],
    );
    check(
        nodes,
        &cluster("\"[parameters('list')]\""),
        &[
            r#"aks: unknown at "Microsoft.ContainerService/managedClusters": may have children that are not in sight"#,
        ],
    );
}

#[test]
fn compute_vm_size_retired() {
    let rule = r#"
resource: [Microsoft.ContainerService/managedClusters/agentPools, Microsoft.HDInsight/clusters]
each: vm-sizes
cases:
  - { severity: error, forbid: { path: ., retired: vm-sizes }, message: "{value} was retired on {retirement.date}", help: "use {retirement.use}" }
  - { forbid: { path: ., retiring: vm-sizes }, message: "{value} retires on {retirement.date}" }
"#;
    let cluster = |roles: &str| {
        with(&[&resource(
            "Microsoft.HDInsight/clusters",
            "hd",
            &format!(r#""properties": {{ "computeProfile": {{ "roles": {roles} }} }}"#),
        )])
    };
    check(
        rule,
        &cluster(
            r#"[ { "hardwareProfile": { "vmSize": "Standard_NC6" } }, { "hardwareProfile": { "vmSize": "Standard_D3" } } ]"#,
        ),
        &[r#"hd: error at "Standard_NC6": Standard_NC6 was retired on 2023-08-31"#],
    );
    check(
        rule,
        &cluster(r#"[ { "hardwareProfile": { "vmSize": "Standard_D3" } } ]"#),
        &[],
    );
    check(
        rule,
        &cluster(r#"[ { "hardwareProfile": { "vmSize": "[parameters('p')]" } } ]"#),
        &[r#"hd: unknown at "p": `[parameters('p')]` is not known before deployment"#],
    );
}

#[test]
fn storage_kind_legacy() {
    let rule = r#"
resource: Microsoft.Storage/storageAccounts
cases: [{ severity: error, forbid: { path: $.kind, retired: storage-kinds } }, { severity: warning, forbid: { path: $.kind, retiring: storage-kinds } }]
message: kind {value} ends on {retirement.date}
"#;
    let account = |kind: &str| with(&[&resource(STORAGE, "sa", &format!(r#""kind": "{kind}""#))]);
    check(
        rule,
        &account("Storage"),
        &[r#"sa: warning at "Storage": kind Storage ends on 2026-10-13"#],
    );
    check(rule, &account("StorageV2"), &[]);
    check(
        rule,
        &account("[parameters('p')]"),
        &[r#"sa: unknown at "p": `[parameters('p')]` is not known before deployment"#],
    );
}

#[test]
fn datastore_on_default_storage() {
    let rule = r#"
severity: info
resource: Microsoft.MachineLearningServices/workspaces/datastores
when: { path: $.name, notIn: [workspaceblobstore, workspaceartifactstore] }
forbid: { any: { links: datastore-account }, where: { any: { linkedFrom: default-storage }, where: { path: .id, equals: { path: $.id, of: parent } } } }
message: datastore `{name}` keeps its data on the default storage of workspace `{parent.name}`
"#;
    let datastore = |name: &str, account: &str| {
        resource(
            "Microsoft.MachineLearningServices/workspaces/datastores",
            &format!("mlw/{name}"),
            &format!(r#""properties": {{ "accountName": "{account}" }}"#),
        )
    };
    let (own, other) = (storage("sa", "Standard_LRS"), storage("sb", "Standard_LRS"));
    let (mlw, mlx) = (
        workspace("mlw", "eastus", "sa"),
        workspace("mlx", "eastus", "sb"),
    );
    let id = |account: &str| {
        format!(r#""[resourceId('Microsoft.Storage/storageAccounts', '{account}')]""#)
    };
    check(
        rule,
        &with(&[&own, &mlw, &datastore("data", "sa")]),
        &[&format!(
            r#"data: info at "sa" (datastore `data` refers to it): datastore `data` keeps its data on the default storage of workspace `mlw` | {} (workspace `mlw` refers to it) | "{WORKSPACE}" ([resourceId('{WORKSPACE}', 'mlw')])"#,
            id("sa")
        )],
    );
    // The pattern of the relation is another way to write the name.
    let by_host = with(&[&own, &mlw, &datastore("data", "sa.blob.core.windows.net")]);
    check(
        rule,
        &by_host,
        &[&format!(
            r#"data: info at "sa.blob.core.windows.net" (datastore `data` refers to it): datastore `data` keeps its data on the default storage of workspace `mlw` | {} (workspace `mlw` refers to it) | "{WORKSPACE}" ([resourceId('{WORKSPACE}', 'mlw')])"#,
            id("sa")
        )],
    );
    check(
        rule,
        &with(&[&own, &other, &mlw, &mlx, &datastore("data", "sb")]),
        &[],
    );
    check(
        rule,
        &with(&[&own, &mlw, &datastore("workspaceblobstore", "sa")]),
        &[],
    );
    check(
        rule,
        &with(&[&own, &mlw, &datastore("data", "[parameters('p')]")]),
        &[r#"data: unknown at "p": `[parameters('p')]` may be any resource"#],
    );
}

#[test]
fn the_id_of_a_part_names_the_resource() {
    let rule = r#"
resource: Microsoft.DocumentDB/databaseAccounts
forbid: { role: shared-private-link }
message: account `{name}` is reached
"#;
    let account = resource(
        "Microsoft.DocumentDB/databaseAccounts",
        "db",
        r#""location": "eastus""#,
    );
    let id = "[concat(resourceId('Microsoft.DocumentDB/databaseAccounts', 'db'), '/privateLinkResources/Sql')]";
    let workspace = resource(
        WORKSPACE,
        "mlw",
        &format!(
            r#""properties": {{ "sharedPrivateLinkResources": [{{ "properties": {{ "privateLinkResourceId": "{id}" }} }}] }}"#
        ),
    );
    check(
        rule,
        &with(&[&account, &workspace]),
        &[&format!(
            r#"db: warning at "{id}" (workspace `mlw` refers to it): account `db` is reached"#
        )],
    );
}

#[test]
fn a_url_names_the_resource_of_its_host() {
    let rule = r#"
resource: Microsoft.KeyVault/vaults
forbid: { role: cmk-key }
message: vault `{name}` holds a key
"#;
    let vault = resource("Microsoft.KeyVault/vaults", "kv", r#""location": "eastus""#);
    let workspace = |key: &str| {
        let body = format!(r#""properties": {{ "keyIdentifier": "{key}" }}"#);
        resource(WORKSPACE, "mlw", &body)
    };
    for key in [
        "https://kv.vault.azure.net",
        "https://kv.vault.azure.net/",
        "https://kv.vault.azure.net/keys/k/1",
        "HTTPS://kv.Vault.azure.net:443/keys/k/1",
        "https://keys-kv.example.net/k",
    ] {
        check(
            rule,
            &with(&[&vault, &workspace(key)]),
            &[&format!(
                r#"kv: warning at "{key}" (workspace `mlw` refers to it): vault `kv` holds a key"#
            )],
        );
    }
    for key in [
        "https://kv.example.com/keys/k/1",
        "https://.vault.azure.net",
        "https://vault.azure.net",
        "https:/kv.vault.azure.net",
        "https://kv.example.net/k",
        "kv.vault.azure.net",
        "kv/keys",
    ] {
        check(rule, &with(&[&vault, &workspace(key)]), &[]);
    }
}

#[test]
fn a_url_may_name_what_nobody_knows() {
    let rule = r#"
resource: Microsoft.KeyVault/vaults
forbid: { role: cmk-key }
message: vault holds a key
"#;
    let vault = |name: &str| resource("Microsoft.KeyVault/vaults", name, r#""location": "eastus""#);
    let workspace = |key: &str| {
        let body = format!(r#""properties": {{ "keyIdentifier": "{key}" }}"#);
        resource(WORKSPACE, "mlw", &body)
    };
    for key in [
        "[concat('https://', parameters('p'), '.vault.azure.net/keys/k')]",
        "[format('https://keys-{0}.example.net', parameters('p'))]",
    ] {
        check(
            rule,
            &with(&[&vault("[parameters('p')]"), &workspace(key)]),
            &[&format!(
                r#"[parameters('p')]: warning at "{key}" (workspace `mlw` refers to it): vault holds a key"#
            )],
        );
    }
    // What is no text names nothing.
    let odd = resource(
        WORKSPACE,
        "mlw",
        r#""properties": { "keyIdentifier": [{ "a": 1 }] }"#,
    );
    check(rule, &with(&[&vault("kv"), &odd]), &[]);
    // It may be the other one, or none of them.
    let key = "[concat('https://', parameters('p'), '.vault.azure.net')]";
    check(
        rule,
        &with(&[&vault("kv"), &workspace(key)]),
        &[
            r#"kv: unknown at "Microsoft.KeyVault/vaults": may be what a reference that is unknown leads to"#,
        ],
    );
    let elsewhere = "[concat('https://', parameters('p'), '.example.com')]";
    check(
        rule,
        &with(&[&vault("kv"), &workspace(elsewhere)]),
        &[
            r#"kv: unknown at "Microsoft.KeyVault/vaults": may be what a reference that is unknown leads to"#,
        ],
    );
}

#[test]
fn sql_databases() {
    let copies = r#"
resource: Microsoft.Sql/servers/databases
when: { path: $.name, notEquals: master }
require:
  anyOf:
    - { role: failover-group-database }
    - { path: $.properties.createMode, default: Default, in: [Secondary, OnlineSecondary] }
    - { any: { linkedFrom: sql-source-database }, where: { path: .properties.createMode, default: Default, in: [Secondary, OnlineSecondary] } }
message: database `{name}` has no copy in a second region
"#;
    let partner = r#"
severity: error
resource: Microsoft.Sql/servers/failoverGroups
cases:
  - { require: { path: $.properties.partnerServers, empty: false }, message: "failover group `{name}` has no partner server" }
  - require: { each: { links: failover-partner }, require: { path: .location, notEquals: { path: $.location, of: parent } } }
    message: failover group `{name}` has its partner in the same region, {value}
"#;
    let server = |name: &str, location: &str| {
        resource(
            "Microsoft.Sql/servers",
            name,
            &format!(r#""location": "{location}""#),
        )
    };
    let database = |rest: &str| resource("Microsoft.Sql/servers/databases", "s1/db", rest);
    let group = |partners: &str| {
        resource(
            "Microsoft.Sql/servers/failoverGroups",
            "s1/fog",
            &format!(
                r#""properties": {{ "partnerServers": {partners}, "databases": [ "[resourceId('Microsoft.Sql/servers/databases', 's1', 'db')]" ] }}"#
            ),
        )
    };
    let partner_id = r#"[ { "id": "[resourceId('Microsoft.Sql/servers', 's2')]" } ]"#;
    let (here, plain) = (server("s1", "eastus"), database(r#""location": "eastus""#));
    check(
        copies,
        &with(&[&here, &plain]),
        &[
            r#"db: warning at "Microsoft.Sql/servers/databases": database `db` has no copy in a second region"#,
        ],
    );
    check(copies, &with(&[&here, &plain, &group(partner_id)]), &[]);
    check(
        copies,
        &with(&[
            &here,
            &database(r#""properties": { "createMode": "Secondary" }"#),
        ]),
        &[],
    );
    check(
        partner,
        &with(&[&here, &plain, &group("[]")]),
        &[r#"fog: error at "partnerServers": failover group `fog` has no partner server"#],
    );
    check(
        partner,
        &with(&[&here, &server("s2", "East US"), &plain, &group(partner_id)]),
        &[
            r#"fog: error at "East US": failover group `fog` has its partner in the same region, East US | "eastus" (eastus)"#,
        ],
    );
    check(
        partner,
        &with(&[&here, &server("s2", "westus"), &plain, &group(partner_id)]),
        &[],
    );
}

#[test]
fn redis_zones() {
    let rule = r#"
resource: Microsoft.Cache/redis
when: { path: $.properties.sku.name, in: [Standard, Premium] }
assume: { path: $.location, region: hasZones }
cases:
  - { severity: error, forbid: { path: $.properties.zonalAllocationPolicy, default: Automatic, equals: NoZones }, message: "cache `{name}` asks for no zones" }
  - { severity: error, forbid: { count: "$.zones[*]", distinct: ., equals: 1 }, message: "cache `{name}` is pinned to one zone" }
  - when: [{ path: $.apiVersion, less: 2024-11-01 }, { path: $.properties.sku.name, equals: Premium }]
    require: { count: "$.zones[*]", greater: 0 }
    message: with API {$.apiVersion} a cache without zones has none; 2024-11-01 chooses them by itself
"#;
    let cache = |rest: &str| {
        with(&[&resource(
            "Microsoft.Cache/redis",
            "r",
            &format!(r#""location": "eastus", {rest}"#),
        )])
    };
    let premium = r#""properties": { "sku": { "name": "Premium" } }"#;
    check(
        rule,
        &cache(
            r#""properties": { "sku": { "name": "Premium" }, "zonalAllocationPolicy": "NoZones" }"#,
        ),
        &[r#"r: error at "NoZones": cache `r` asks for no zones"#],
    );
    check(
        rule,
        &cache(&format!(r#"{premium}, "zones": ["1", "1"]"#)),
        &[r#"r: error at "1": cache `r` is pinned to one zone | "1" (1)"#],
    );
    check(
        rule,
        &cache(premium),
        &[
            r#"r: warning at "Microsoft.Cache/redis" (no `zones`): with API 2024-05-01 a cache without zones has none; 2024-11-01 chooses them by itself"#,
        ],
    );
    check(
        rule,
        &cache(&format!(r#"{premium}, "zones": ["1", "2"]"#)),
        &[],
    );
    check(
        rule,
        &cache(&format!(r#"{premium}, "zones": "[parameters('list')]""#)),
        &[r#"r: unknown at "list": `[parameters('list')]` is not known before deployment"#],
    );
}

#[test]
fn machines_and_disks() {
    let mismatch = r#"
severity: error
resource: Microsoft.Compute/virtualMachines
when: { path: "$.zones[0]", exists: true }
each: { links: vm-disk }
where: { path: .zones, empty: false }
require: { path: ".zones[0]", equals: { path: "$.zones[0]" } }
message: machine `{name}` is in zone {$.zones[0]}, its disk `{item.name}` in zone {value}
"#;
    let copies = r#"
resource: Microsoft.Compute/virtualMachines
together: { by: declaration, say: the copies of one loop }
when: { path: $.zones, empty: false }
forbid: { allOf: [{ count: group, greater: 1 }, { count: group, distinct: ".zones[0]", equals: 1 }] }
message: all {number} copies of the loop are in zone {values}
"#;
    let machine = |rest: &str| resource("Microsoft.Compute/virtualMachines", "vm", rest);
    let disks = r#""properties": { "storageProfile": { "dataDisks": [ { "managedDisk": { "id": "[resourceId('Microsoft.Compute/disks', 'd')]" } } ] } }"#;
    let disk = |zones: &str| {
        resource(
            "Microsoft.Compute/disks",
            "d",
            &format!(r#""zones": {zones}"#),
        )
    };
    let zoned = machine(&format!(r#""zones": ["1"], {disks}"#));
    check(
        mismatch,
        &with(&[&zoned, &disk(r#"["2"]"#)]),
        &[r#"vm: error at "2": machine `vm` is in zone 1, its disk `d` in zone 2 | "1" (1)"#],
    );
    check(mismatch, &with(&[&zoned, &disk(r#"["1"]"#)]), &[]);
    check(mismatch, &with(&[&zoned, &disk("[]")]), &[]);
    check(mismatch, &with(&[&machine(disks), &disk(r#"["2"]"#)]), &[]);
    let looped = |zones: &str| {
        with(&[&resource(
            "Microsoft.Compute/virtualMachines",
            "[concat('vm', copyIndex())]",
            &format!(r#""copy": {{ "name": "l", "count": 3 }}, "zones": {zones}"#),
        )])
    };
    let place = r#""Microsoft.Compute/virtualMachines""#;
    check(
        copies,
        &looped(r#"["1"]"#),
        &[&format!(
            "vm0: warning at {place} (machine `vm0`): all 3 copies of the loop are in zone 1"
        )],
    );
    check(copies, &looped(r#"["[string(add(copyIndex(), 1))]"]"#), &[]);
    check(
        copies,
        &looped(r#"["[parameters('p')]"]"#),
        &[&format!(
            "vm0: warning at {place} (machine `vm0`): all 3 copies of the loop are in zone [parameters('p')]"
        )],
    );
}

#[test]
fn network() {
    let probes = r#"
resource: Microsoft.Network/networkSecurityGroups/securityRules
when:
  - { path: $.properties.access, equals: Deny }
  - { path: $.properties.direction, equals: Inbound }
  - { path: $.properties.destinationPortRange, absent: fail, equals: "*" }
require:
  path: $.properties.priority
  greater:
    min: { children: securityRules }
    of: parent
    where: [{ path: .properties.access, equals: Allow }, { path: .properties.direction, equals: Inbound }]
    value: .properties.priority
    default: 65001
message: rule `{name}` denies everything before any rule allows the load balancer's probes
"#;
    let group = |rules: &str| {
        with(&[&resource(
            "Microsoft.Network/networkSecurityGroups",
            "nsg",
            &format!(r#""properties": {{ "securityRules": [ {rules} ] }}"#),
        )])
    };
    let rule = |name: &str, access: &str, priority: &str| {
        format!(
            r#"{{ "name": "{name}", "properties": {{ "access": "{access}", "direction": "Inbound", "destinationPortRange": "*", "priority": {priority} }} }}"#
        )
    };
    let deny = rule("deny", "Deny", "200");
    check(
        probes,
        &group(&deny),
        &[
            "deny: warning at 200: rule `deny` denies everything before any rule allows the load balancer's probes",
        ],
    );
    check(
        probes,
        &group(&format!("{deny}, {}", rule("allow", "Allow", "300"))),
        &[
            "deny: warning at 200: rule `deny` denies everything before any rule allows the load balancer's probes | 300 (300)",
        ],
    );
    check(
        probes,
        &group(&format!("{deny}, {}", rule("allow", "Allow", "100"))),
        &[],
    );
    check(
        probes,
        &group(&format!(
            "{deny}, {}",
            rule("allow", "Allow", "\"[parameters('n')]\"")
        )),
        &[r#"deny: unknown at "n": `[parameters('n')]` is not known before deployment"#],
    );

    let endpoints = r#"
severity: error
resource: Microsoft.Network/trafficManagerProfiles
require: { count: { children: [azureEndpoints, externalEndpoints, nestedEndpoints] }, where: { path: .properties.endpointStatus, default: Enabled, equals: Enabled }, greaterOrEquals: 2 }
message: "profile `{name}` has {number} enabled endpoints: nothing to fail over to"
"#;
    let profile = |endpoints: &str| {
        with(&[&resource(
            "Microsoft.Network/trafficManagerProfiles",
            "tm",
            &format!(r#""properties": {{ "endpoints": [ {endpoints} ] }}"#),
        )])
    };
    check(
        endpoints,
        &profile(
            r#"{ "name": "a" }, { "name": "b", "properties": { "endpointStatus": "Disabled" } }"#,
        ),
        &[
            r#"tm: error at "Microsoft.Network/trafficManagerProfiles": profile `tm` has 1 enabled endpoints: nothing to fail over to | { (azure endpoint `a`) | "Disabled" (Disabled)"#,
        ],
    );
    check(
        endpoints,
        &profile(r#"{ "name": "a" }, { "name": "b" }"#),
        &[],
    );

    let port = r#"
severity: info
resource: Microsoft.Network/expressRoutePorts
forbid: { path: $.properties.bandwidthInGbps, less: { sum: { linkedFrom: circuit-port }, value: .properties.bandwidthInGbps } }
message: the circuits on port `{name}` add up to {limit} Gbps, the port has {value}
"#;
    let ports = resource(
        "Microsoft.Network/expressRoutePorts",
        "p",
        r#""properties": { "bandwidthInGbps": 10 }"#,
    );
    let circuit = |name: &str, gbps: &str| {
        resource(
            "Microsoft.Network/expressRouteCircuits",
            name,
            &format!(
                r#""properties": {{ "bandwidthInGbps": {gbps}, "expressRoutePort": {{ "id": "[resourceId('Microsoft.Network/expressRoutePorts', 'p')]" }} }}"#
            ),
        )
    };
    check(
        port,
        &with(&[&ports, &circuit("a", "5"), &circuit("b", "10")]),
        &[
            "p: info at 10: the circuits on port `p` add up to 15 Gbps, the port has 10 | 5 (5) | 10 (10)",
        ],
    );
    check(port, &with(&[&ports, &circuit("a", "5")]), &[]);
    check(
        port,
        &with(&[
            &ports,
            &circuit("a", "5"),
            &circuit("b", "\"[parameters('n')]\""),
        ]),
        &[r#"p: unknown at "n": `[parameters('n')]` is not known before deployment"#],
    );
}

#[test]
fn private_endpoint_storage_incomplete() {
    let rule = r#"
resource: Microsoft.Storage/storageAccounts
when: [{ role: default-storage }, { path: $.properties.publicNetworkAccess, default: Enabled, equals: Disabled }, { any: { linkedFrom: private-endpoint-target } }]
require:
  - { any: { linkedFrom: private-endpoint-target }, where: { any: endpoint-groups, where: { path: ., equals: blob } } }
  - { any: { linkedFrom: private-endpoint-target }, where: { any: endpoint-groups, where: { path: ., equals: file } } }
pointAt: $.properties.publicNetworkAccess
message: a workspace needs private endpoints for blob and for file of {subject}
"#;
    let account = resource(
        STORAGE,
        "sa",
        r#""properties": { "publicNetworkAccess": "Disabled" }"#,
    );
    let endpoint = |groups: &str| {
        resource(
            "Microsoft.Network/privateEndpoints",
            "pe",
            &format!(
                r#""properties": {{ "privateLinkServiceConnections": [ {{ "properties": {{ "groupIds": {groups}, "privateLinkServiceId": "[resourceId('{STORAGE}', 'sa')]" }} }} ] }}"#
            ),
        )
    };
    let mlw = workspace("mlw", "eastus", "sa");
    let id = format!("\"[resourceId('{STORAGE}', 'sa')]\"");
    check(
        rule,
        &with(&[&account, &mlw, &endpoint(r#"["blob"]"#)]),
        &[&format!(
            r#"sa: warning at "Disabled": a workspace needs private endpoints for blob and for file of default storage `sa` of workspace `mlw` | "{STORAGE}" | "groupIds" | "blob" (blob) | {id} (workspace `mlw` refers to it) | {id} (private endpoint `pe` refers to it)"#
        )],
    );
    check(
        rule,
        &with(&[&account, &mlw, &endpoint(r#"["blob", "file"]"#)]),
        &[],
    );
    check(rule, &with(&[&account, &mlw]), &[]);
    check(
        rule,
        &with(&[
            &account,
            &mlw,
            &endpoint(r#"["blob", "[parameters('p')]"]"#),
        ]),
        &[r#"sa: unknown at "p": `[parameters('p')]` is not known before deployment"#],
    );
}

#[test]
fn aci_single_zone() {
    let rule = r#"
severity: info
resource: Microsoft.ContainerInstance/containerGroups
assume: { path: $.location, region: hasZones }
require:
  anyOf:
    - { any: { resources: Microsoft.ContainerInstance/nGroups } }
    - any: { resources: Microsoft.ContainerInstance/containerGroups }
      where:
        - { path: ".zones[0]", absent: fail, notEquals: { path: "$.zones[0]", default: none } }
        - { each: ".properties.containers[*]", require: { any: "$.properties.containers[*]", where: { path: .properties.image, equals: { path: .properties.image, of: outer } } } }
pointAt: $.zones
message: no second container group runs the image of `{name}` in another zone
"#;
    let group = |name: &str, zone: &str, image: &str| {
        resource(
            "Microsoft.ContainerInstance/containerGroups",
            name,
            &format!(
                r#""location": "eastus", "zones": ["{zone}"], "properties": {{ "containers": [ {{ "properties": {{ "image": "{image}" }} }} ] }}"#
            ),
        )
    };
    check(
        rule,
        &with(&[&group("a", "1", "web"), &group("b", "2", "web")]),
        &[],
    );
    check(
        rule,
        &with(&[&group("a", "1", "web"), &group("b", "2", "db")]),
        &[
            r#"a: info at "zones": no second container group runs the image of `a` in another zone | "Microsoft.ContainerInstance/containerGroups" | "containers" | "web" (web) | "db" (db)"#,
            r#"b: info at "zones": no second container group runs the image of `b` in another zone | "Microsoft.ContainerInstance/containerGroups" | "containers" | "db" (db) | "web" (web)"#,
        ],
    );
    check(
        rule,
        &with(&[
            &group("a", "1", "web"),
            &group("b", "2", "[parameters('p')]"),
        ]),
        &[
            r#"a: unknown at "p": `[parameters('p')]` is not known before deployment"#,
            r#"b: unknown at "p": `[parameters('p')]` is not known before deployment"#,
        ],
    );
}

#[test]
fn geo_option_of_an_unpaired_region() {
    let rule = r#"
severity: error
resource: Microsoft.Storage/storageAccounts
when: { path: $.location, region: noPair }
forbid: { path: $.sku.name, in: geo-option-values }
message: "{value} needs a paired region, and {location} has none"
"#;
    let account = |location: &str| {
        with(&[&resource(
            STORAGE,
            "sa",
            &format!(r#""location": "{location}", "sku": {{ "name": "Standard_GRS" }}"#),
        )])
    };
    check(
        rule,
        &account("Italy North"),
        &[
            r#"sa: error at "Standard_GRS": Standard_GRS needs a paired region, and Italy North has none"#,
        ],
    );
    check(rule, &account("eastus"), &[]);
    check(
        rule,
        &account("[resourceGroup().location]"),
        &[
            r#"sa: unknown at "[resourceGroup().location]": `[resourceGroup().location]` is not known before deployment"#,
        ],
    );
}
