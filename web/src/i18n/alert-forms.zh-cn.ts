/** Words of the forms in which alerting is set up, and of what the server refused. */
export const alertFormsZhCN = {
  refused: {
    resolved: '这条告警已经结束。',
    not_resolved: '这条告警还没有结束。',
    second_account_needed: '红色告警要另一个账号来结束，你已经确认过了。',
    sign_in_needed: '两个账号里至少一个要登录后确认。',
    not_taken: '还没有人接手，请先接手。',
    address: '地址不符合这个渠道的格式，请检查后再试。',
    secret: '密钥不对：Webhook 需要 whsec_ 开头的密钥。',
    code: '验证码不对或已过期。请核对，或重新发送。',
    text: '看起来有联系方式。请改掉后再保存。',
    note: '看起来有联系方式或姓名。请改掉；确实没有，勾选下面一项再上报。',
  },
}
