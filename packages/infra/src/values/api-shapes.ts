/** The places of a Terraform resource's arguments in the API and in CloudFormation. */
export interface ApiShape {
  /** Service and shape (or operation, for its input) of botocore's models. */
  readonly api: readonly [service: string, shape: string];
  readonly cloudFormation?: string;
  /** Arguments whose member has another name, by their path; `service:Shape.member` in another shape. Null: none, the provider's own. */
  readonly names?: Readonly<Record<string, string | null>>;
}

/** Names that differ by more than case and underscores. Provider meta arguments and tags have no name there. */
export const apiShapes: Readonly<Record<string, ApiShape>> = {
  aws_acm_certificate: { api: ['acm', 'RequestCertificate'], cloudFormation: 'AWS::CertificateManager::Certificate' },
  aws_budgets_budget: {
    api: ['budgets', 'Budget'],
    names: {
      name: 'BudgetName',
      limit_amount: 'Spend.Amount',
      limit_unit: 'Spend.Unit',
      'notification.comparison_operator': 'Notification.ComparisonOperator',
      'notification.notification_type': 'Notification.NotificationType',
      'notification.threshold': 'Notification.Threshold',
      'notification.threshold_type': 'Notification.ThresholdType',
      'notification.subscriber_sns_topic_arns': 'Subscriber.Address',
    },
  },
  aws_cloudwatch_log_group: {
    api: ['logs', 'CreateLogGroup'],
    cloudFormation: 'AWS::Logs::LogGroup',
    names: { name: 'logGroupName', retention_in_days: 'PutRetentionPolicyRequest.retentionInDays' },
  },
  aws_cloudwatch_log_metric_filter: {
    api: ['logs', 'PutMetricFilter'],
    cloudFormation: 'AWS::Logs::MetricFilter',
    names: { name: 'filterName', pattern: 'filterPattern' },
  },
  aws_cloudwatch_metric_alarm: {
    api: ['cloudwatch', 'PutMetricAlarm'],
    cloudFormation: 'AWS::CloudWatch::Alarm',
    names: {
      'metric_query.id': 'MetricDataQuery.Id',
      'metric_query.expression': 'MetricDataQuery.Expression',
      'metric_query.label': 'MetricDataQuery.Label',
      'metric_query.return_data': 'MetricDataQuery.ReturnData',
      'metric_query.metric.namespace': 'Metric.Namespace',
      'metric_query.metric.metric_name': 'Metric.MetricName',
      'metric_query.metric.period': 'MetricStat.Period',
      'metric_query.metric.stat': 'MetricStat.Stat',
    },
  },
  aws_db_instance: {
    api: ['rds', 'CreateDBInstance'],
    cloudFormation: 'AWS::RDS::DBInstance',
    names: {
      identifier: 'DBInstanceIdentifier',
      instance_class: 'DBInstanceClass',
      username: 'MasterUsername',
      parameter_group_name: 'DBParameterGroupName',
      backup_window: 'PreferredBackupWindow',
      maintenance_window: 'PreferredMaintenanceWindow',
      ca_cert_identifier: 'CACertificateIdentifier',
      performance_insights_enabled: 'EnablePerformanceInsights',
      enabled_cloudwatch_logs_exports: 'EnableCloudwatchLogsExports',
      delete_automated_backups: 'DeleteDBInstanceMessage.DeleteAutomatedBackups',
      skip_final_snapshot: 'DeleteDBInstanceMessage.SkipFinalSnapshot',
      final_snapshot_identifier: 'DeleteDBInstanceMessage.FinalDBSnapshotIdentifier',
      allow_major_version_upgrade: 'ModifyDBInstanceMessage.AllowMajorVersionUpgrade',
    },
  },
  aws_db_instance_automated_backups_replication: {
    api: ['rds', 'StartDBInstanceAutomatedBackupsReplication'],
    names: { retention_period: 'BackupRetentionPeriod' },
  },
  aws_db_parameter_group: {
    api: ['rds', 'CreateDBParameterGroup'],
    cloudFormation: 'AWS::RDS::DBParameterGroup',
    names: {
      name_prefix: 'DBParameterGroupName',
      family: 'DBParameterGroupFamily',
      'parameter.name': 'Parameter.ParameterName',
      'parameter.value': 'Parameter.ParameterValue',
      'parameter.apply_method': 'Parameter.ApplyMethod',
    },
  },
  aws_db_subnet_group: {
    api: ['rds', 'CreateDBSubnetGroup'],
    cloudFormation: 'AWS::RDS::DBSubnetGroup',
    names: { name: 'DBSubnetGroupName', description: 'DBSubnetGroupDescription' },
  },
  aws_ecr_lifecycle_policy: { api: ['ecr', 'PutLifecyclePolicy'], names: { repository: 'repositoryName', policy: 'lifecyclePolicyText' } },
  aws_ecr_pull_through_cache_rule: { api: ['ecr', 'CreatePullThroughCacheRule'], cloudFormation: 'AWS::ECR::PullThroughCacheRule' },
  aws_ecr_repository: {
    api: ['ecr', 'CreateRepository'],
    cloudFormation: 'AWS::ECR::Repository',
    names: { name: 'repositoryName', force_delete: 'DeleteRepositoryRequest.force' },
  },
  aws_eip: { api: ['ec2', 'AllocateAddress'] },
  aws_eks_access_entry: { api: ['eks', 'CreateAccessEntry'], cloudFormation: 'AWS::EKS::AccessEntry' },
  aws_eks_access_policy_association: { api: ['eks', 'AssociateAccessPolicy'] },
  aws_eks_addon: {
    api: ['eks', 'CreateAddon'],
    cloudFormation: 'AWS::EKS::Addon',
    names: { resolve_conflicts_on_update: 'resolveConflicts', pod_identity_association: 'podIdentityAssociations' },
  },
  aws_eks_cluster: {
    api: ['eks', 'CreateCluster'],
    cloudFormation: 'AWS::EKS::Cluster',
    names: { vpc_config: 'resourcesVpcConfig', enabled_cluster_log_types: 'LogSetup.types' },
  },
  aws_eks_node_group: {
    api: ['eks', 'CreateNodegroup'],
    cloudFormation: 'AWS::EKS::Nodegroup',
    names: { node_group_name: 'nodegroupName', node_group_name_prefix: 'nodegroupName', node_role_arn: 'nodeRole', subnet_ids: 'subnets' },
  },
  aws_eks_pod_identity_association: { api: ['eks', 'CreatePodIdentityAssociation'], cloudFormation: 'AWS::EKS::PodIdentityAssociation' },
  aws_flow_log: {
    api: ['ec2', 'CreateFlowLogs'],
    cloudFormation: 'AWS::EC2::FlowLog',
    names: { iam_role_arn: 'DeliverLogsPermissionArn', vpc_id: 'ResourceIds' },
  },
  aws_iam_openid_connect_provider: { api: ['iam', 'CreateOpenIDConnectProvider'], cloudFormation: 'AWS::IAM::OIDCProvider' },
  aws_iam_policy: {
    api: ['iam', 'CreatePolicy'],
    cloudFormation: 'AWS::IAM::ManagedPolicy',
    names: { name: 'PolicyName', policy: 'PolicyDocument' },
  },
  aws_iam_role: {
    api: ['iam', 'CreateRole'],
    cloudFormation: 'AWS::IAM::Role',
    names: { name: 'RoleName', assume_role_policy: 'AssumeRolePolicyDocument' },
  },
  aws_iam_role_policy: { api: ['iam', 'PutRolePolicy'], names: { name: 'PolicyName', role: 'RoleName', policy: 'PolicyDocument' } },
  aws_iam_role_policy_attachment: { api: ['iam', 'AttachRolePolicy'], names: { role: 'RoleName' } },
  aws_internet_gateway: { api: ['ec2', 'AttachInternetGateway'] },
  aws_kms_alias: {
    api: ['kms', 'CreateAlias'],
    cloudFormation: 'AWS::KMS::Alias',
    names: { name: 'AliasName', target_key_id: 'TargetKeyId' },
  },
  aws_kms_key: {
    api: ['kms', 'CreateKey'],
    cloudFormation: 'AWS::KMS::Key',
    names: { deletion_window_in_days: 'ScheduleKeyDeletionRequest.PendingWindowInDays', enable_key_rotation: null },
  },
  aws_launch_template: {
    api: ['ec2', 'RequestLaunchTemplateData'],
    names: {
      name: 'CreateLaunchTemplateRequest.LaunchTemplateName',
      vpc_security_group_ids: 'SecurityGroupIds',
      update_default_version: null,
    },
  },
  aws_lb: {
    api: ['elbv2', 'CreateLoadBalancer'],
    cloudFormation: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    names: {
      load_balancer_type: 'Type',
      internal: null,
      enable_cross_zone_load_balancing: null,
      enable_deletion_protection: null,
      access_logs: null,
    },
  },
  aws_lb_listener: {
    api: ['elbv2', 'CreateListener'],
    cloudFormation: 'AWS::ElasticLoadBalancingV2::Listener',
    names: { certificate_arn: 'Certificate.CertificateArn', default_action: 'DefaultActions' },
  },
  aws_lb_target_group: {
    api: ['elbv2', 'CreateTargetGroup'],
    cloudFormation: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    names: {
      deregistration_delay: null,
      preserve_client_ip: null,
      'health_check.protocol': 'HealthCheckProtocol',
      'health_check.port': 'HealthCheckPort',
      'health_check.path': 'HealthCheckPath',
      'health_check.interval': 'HealthCheckIntervalSeconds',
      'health_check.healthy_threshold': 'HealthyThresholdCount',
      'health_check.unhealthy_threshold': 'UnhealthyThresholdCount',
    },
  },
  aws_nat_gateway: { api: ['ec2', 'CreateNatGateway'], cloudFormation: 'AWS::EC2::NatGateway' },
  aws_route: { api: ['ec2', 'CreateRoute'], cloudFormation: 'AWS::EC2::Route' },
  aws_route_table: { api: ['ec2', 'CreateRouteTable'] },
  aws_route_table_association: { api: ['ec2', 'AssociateRouteTable'] },
  aws_route53_record: {
    api: ['route53', 'ResourceRecordSet'],
    cloudFormation: 'AWS::Route53::RecordSet',
    names: {
      zone_id: 'ChangeResourceRecordSetsRequest.HostedZoneId',
      records: 'ResourceRecord.Value',
      'alias.name': 'AliasTarget.DNSName',
      'alias.zone_id': 'AliasTarget.HostedZoneId',
      'alias.evaluate_target_health': 'AliasTarget.EvaluateTargetHealth',
    },
  },
  aws_s3_bucket: { api: ['s3', 'CreateBucket'], names: { force_destroy: null } },
  aws_s3_bucket_lifecycle_configuration: {
    api: ['s3', 'BucketLifecycleConfiguration'],
    names: { bucket: null, rule: 'Rules' },
  },
  aws_s3_bucket_policy: { api: ['s3', 'PutBucketPolicy'] },
  aws_s3_bucket_public_access_block: { api: ['s3', 'PublicAccessBlockConfiguration'], names: { bucket: null } },
  aws_s3_bucket_server_side_encryption_configuration: {
    api: ['s3', 'ServerSideEncryptionConfiguration'],
    names: { bucket: null, rule: 'Rules' },
  },
  aws_s3_bucket_versioning: { api: ['s3', 'PutBucketVersioning'] },
  aws_secretsmanager_secret: {
    api: ['secretsmanager', 'CreateSecret'],
    cloudFormation: 'AWS::SecretsManager::Secret',
    names: { recovery_window_in_days: 'DeleteSecretRequest.RecoveryWindowInDays' },
  },
  aws_secretsmanager_secret_rotation: { api: ['secretsmanager', 'RotateSecret'] },
  aws_secretsmanager_secret_version: {
    api: ['secretsmanager', 'PutSecretValue'],
    names: { secret_string_wo: 'SecretString', secret_string_wo_version: null },
  },
  aws_security_group: { api: ['ec2', 'CreateSecurityGroup'], cloudFormation: 'AWS::EC2::SecurityGroup', names: { name: 'GroupName' } },
  aws_sns_topic_policy: { api: ['sns', 'SetTopicAttributes'], names: { arn: 'TopicArn', policy: 'attributeValue' } },
  aws_sns_topic_subscription: { api: ['sns', 'Subscribe'] },
  aws_sns_topic: { api: ['sns', 'CreateTopic'], names: { kms_master_key_id: null } },
  aws_subnet: { api: ['ec2', 'CreateSubnet'], cloudFormation: 'AWS::EC2::Subnet' },
  aws_vpc: {
    api: ['ec2', 'CreateVpc'],
    cloudFormation: 'AWS::EC2::VPC',
    names: {
      enable_dns_support: 'ModifyVpcAttributeRequest.EnableDnsSupport',
      enable_dns_hostnames: 'ModifyVpcAttributeRequest.EnableDnsHostnames',
    },
  },
  aws_vpc_endpoint: { api: ['ec2', 'CreateVpcEndpoint'], cloudFormation: 'AWS::EC2::VPCEndpoint' },
  aws_vpc_security_group_egress_rule: {
    api: ['ec2', 'SecurityGroupRuleRequest'],
    cloudFormation: 'AWS::EC2::SecurityGroupEgress',
    names: { security_group_id: 'AuthorizeSecurityGroupEgressRequest.GroupId', referenced_security_group_id: 'ReferencedGroupId' },
  },
  aws_vpc_security_group_ingress_rule: {
    api: ['ec2', 'SecurityGroupRuleRequest'],
    cloudFormation: 'AWS::EC2::SecurityGroupIngress',
    names: { security_group_id: 'AuthorizeSecurityGroupIngressRequest.GroupId', referenced_security_group_id: 'ReferencedGroupId' },
  },
};
